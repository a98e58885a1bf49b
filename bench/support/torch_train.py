"""Trains a model on random images, batch 128, and answers each line with images per second.

Arguments: <model> <threads>. The same layers, optimizer and bookkeeping (loss and accuracy of every batch) as ours.
"""

import sys
import time

import torch
from torch import nn

BATCH_SIZE = 128
BATCHES = 20

MODELS = {
    "lenet5": lambda: nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    ),
    "lenet5-classic": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ),
    "lenet-300-100": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10),
    ),
}

name, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = MODELS[name]()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
images = torch.rand(BATCHES * BATCH_SIZE, 1, 28, 28)
labels = torch.randint(0, 10, (BATCHES * BATCH_SIZE,))


def epoch():
    loss_sum, correct = 0.0, 0
    for batch in torch.randperm(len(images)).split(BATCH_SIZE):
        x, y = images[batch], labels[batch]
        optimizer.zero_grad()
        logits = model(x)
        loss = nn.functional.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (logits.argmax(1) == y).sum().item()


epoch()
for _ in sys.stdin:
    start = time.perf_counter()
    epoch()
    print(len(images) / (time.perf_counter() - start), flush=True)
