"""Writes small networks with both of PyTorch's ONNX exporters, and what PyTorch computes with them: write_models.py <folder> [network ...].

Needs torch, onnx and onnxscript. For each network <name>: <name>.onnx (TorchScript exporter, dynamic batch), <name>-dynamo.onnx (the newer
one) and <name>.json with two inputs, channels first, and their outputs.
"""
import json
import sys

import onnx
import torch
from torch import nn
from torch.nn import functional as F


class Classic(nn.Module):
    """A plain chain whose image is flattened by view, as many tutorials do it."""

    shape = (1, 12, 10)

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 8, 3, stride=2, padding=1)
        self.fc1 = nn.Linear(8 * 3 * 3, 10)
        self.dropout = nn.Dropout(0.5)
        self.fc2 = nn.Linear(10, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.relu6(self.conv2(x))
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc2(self.dropout(F.relu(self.fc1(x)))), dim=1)


class Residual(nn.Module):
    """The beginning and the end of a ResNet."""

    shape = (3, 24, 20)

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 7, 2, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.block = nn.Sequential(
            nn.Conv2d(4, 6, 3, 2, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 6, 3, 1, 1, bias=False), nn.BatchNorm2d(6)
        )
        self.shortcut = nn.Sequential(nn.Conv2d(4, 6, 1, 2, bias=False), nn.BatchNorm2d(6))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(self.block(x) + self.shortcut(x))
        return self.head(torch.flatten(self.pool(x), 1))


class Mobile(nn.Module):
    """Depthwise convolutions, squeeze and excitation, and the activations of MobileNetV3."""

    shape = (3, 12, 12)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(8, 16, 5, padding=2, groups=8)
        self.squeeze = nn.Conv2d(16, 4, 1)
        self.excite = nn.Conv2d(4, 16, 1)
        self.dilated = nn.Conv2d(16, 8, 3, padding=2, dilation=2)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = F.hardswish(self.conv(x))
        x = self.depthwise(x)
        gate = F.hardsigmoid(self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))))
        x = F.silu(self.dilated(x * gate))
        return torch.softmax(self.head(x.mean([2, 3])), dim=1)


class Rows(nn.Module):
    """A table: normalization by constants, and one activation after the other."""

    shape = (5,)

    def __init__(self):
        super().__init__()
        self.register_buffer('mean', torch.tensor([0.5, -1.0, 2.0, 0.0, 0.25]))
        self.register_buffer('std', torch.tensor([1.0, 2.0, 0.5, 3.0, 1.5]))
        self.layers = nn.Sequential(
            nn.Linear(5, 8), nn.BatchNorm1d(8), nn.LeakyReLU(0.1), nn.Linear(8, 8, bias=False), nn.ELU(), nn.Linear(8, 8), nn.Tanh(),
            nn.Linear(8, 8), nn.SELU(), nn.Linear(8, 8), nn.Hardtanh(-0.5, 2)
        )
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        x = self.layers((x - self.mean) / self.std)
        return torch.sigmoid(self.head(2 - x * 3))


class Branches(nn.Module):
    """Branches that meet, and pooling in all its ways."""

    shape = (2, 11, 9)

    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(2, 4, 3, padding=(1, 0))
        self.right = nn.Conv2d(2, 4, (3, 1), padding=(1, 0))
        self.prelu = nn.PReLU(8)
        self.conv = nn.Conv2d(8, 4, 2)
        self.head = nn.Linear(4 * 4 * 2 + 4, 3)

    def forward(self, x):
        left = self.left(x)
        right = F.avg_pool2d(self.right(F.pad(x, (0, 0, 0, 0))), (1, 3), stride=1)
        x = self.prelu(torch.cat([left, right], 1))
        x = F.avg_pool2d(x, 3, stride=1, padding=1)
        x = F.max_pool2d(self.conv(F.pad(x, (1, 0, 0, 1))), 3, stride=2, ceil_mode=False)
        whole = F.adaptive_max_pool2d(x, 1).flatten(1)
        x = F.avg_pool2d(torch.clamp(x, min=-0.2).clamp(max=0.7), 2, stride=1, count_include_pad=False)
        return self.head(torch.cat([x.flatten(1), whole], 1))


class Signal(nn.Module):
    """A temporal convolutional network: causal, dilated and depthwise convolutions of signals."""

    shape = (3, 20)

    def __init__(self):
        super().__init__()
        self.causal = nn.Conv1d(3, 6, 3, dilation=2)
        self.norm = nn.BatchNorm1d(6)
        self.chomped = nn.Conv1d(6, 6, 3, padding=2, groups=6)
        self.strided = nn.Conv1d(12, 5, 4, stride=2, padding=1, bias=False)
        self.up = nn.ConvTranspose1d(5, 4, 4, stride=2, padding=1)
        self.head = nn.Linear(4 * 5 + 4, 3)

    def forward(self, x):
        x = F.relu(self.norm(self.causal(F.pad(x, (4, 0)))))
        x = torch.cat([x, self.chomped(x)[:, :, :-2]], 1)
        x = F.max_pool1d(F.leaky_relu(self.strided(x)).clamp(min=0), 3, stride=1, padding=1)
        x = F.avg_pool1d(self.up(x), 4)
        return self.head(torch.cat([x.flatten(1), F.adaptive_avg_pool1d(x, 1).squeeze(2)], 1))


class Steps(nn.Module):
    """LSTMs of two layers and in both directions; what is read is a step, the last one, and the end of each direction."""

    shape = (6, 4)

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(4, 5)
        self.two = nn.LSTM(5, 4, num_layers=2, batch_first=True)
        self.both = nn.LSTM(4, 3, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(6)
        self.last = nn.LSTM(6, 4, batch_first=True)
        self.head = nn.Linear(3 + 6 + 4 + 4, 3)

    def forward(self, x):
        x, _ = self.two(torch.tanh(self.embed(x)))
        x, (ends, _) = self.both(x)
        x = self.norm(x)
        steps, _ = self.last(x)
        return self.head(torch.cat([ends[1], x[:, 2], steps[:, -1], steps.mean(1)], 1))


class Gates(nn.Module):
    """GRUs, which reset behind their product."""

    shape = (5, 3)

    def __init__(self):
        super().__init__()
        self.both = nn.GRU(3, 4, batch_first=True, bidirectional=True)
        self.last = nn.GRU(8, 5, batch_first=True)
        self.head = nn.Linear(5 + 8, 3)

    def forward(self, x):
        x, ends = self.both(x)
        return self.head(torch.cat([self.last(x)[0][:, -1], ends[0], ends[1]], 1))


class Shuffle(nn.Module):
    """ShuffleNet's unit: half of the channels go by, then all are shuffled."""

    shape = (3, 7, 6)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.branch = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.Conv2d(4, 4, 1), nn.ReLU())
        self.head = nn.Linear(4 + 2, 3)

    def forward(self, x):
        left, right = F.relu(self.conv(x)).chunk(2, 1)
        x = torch.cat([left, self.branch(right)], 1)
        n, channels, height, width = x.shape
        x = x.view(n, 2, channels // 2, height, width).transpose(1, 2).reshape(n, channels, height, width)
        x = x[:, ::2].mean((2, 3))
        first, second = x.split([1, 3], 1)
        return self.head(torch.cat([x, second[:, 1:], first * 0 + x[:, 1:2]], 1)[:, :6])


class Patches(nn.Module):
    """An MLP-Mixer: the patches of an image as rows, mixed along both axes."""

    shape = (3, 12, 8)

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 5, 4, 4)
        self.norms = nn.ModuleList([nn.LayerNorm(5), nn.LayerNorm(5)])
        self.tokens = nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 6))
        self.channels = nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.Linear(8, 5))
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = x + self.tokens(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
        x = x + self.channels(self.norms[1](x))
        return self.head(x.mean(1))


class Batchless(nn.Module):
    """Normalizations of groups of channels and of single ones, of images, a signal and a row."""

    shape = (3, 9, 8)

    def __init__(self):
        super().__init__()
        self.images = nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.SiLU(),
            nn.Conv2d(8, 6, 3), nn.InstanceNorm2d(6, affine=True), nn.ReLU(),
            nn.Conv2d(6, 4, 1), nn.GroupNorm(4, 4), nn.GroupNorm(1, 4, affine=False), nn.InstanceNorm2d(4)
        )
        self.signal = nn.Sequential(nn.Conv1d(4, 6, 3), nn.GroupNorm(3, 6), nn.InstanceNorm1d(6))
        self.row = nn.GroupNorm(2, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(self.row(self.signal(self.images(x).flatten(2)).amax(2)))


def shake(model):
    """Moving averages, factors and terms as after a training."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(-0.5, 0.5)
        elif isinstance(module, (nn.GroupNorm, nn.InstanceNorm2d)) and module.weight is not None:
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(-0.5, 0.5)


def strip(path):
    """Takes out what the newer exporter writes about this machine: the paths of its sources, line by line."""
    file = onnx.load(path)
    parts = [file, file.graph, *file.graph.node, *file.graph.value_info, *file.graph.input, *file.graph.output, *file.functions]
    for part in [*parts, *file.graph.initializer, *(node for function in file.functions for node in function.node)]:
        part.ClearField('metadata_props')
        part.ClearField('doc_string')
    onnx.save(file, path)


folder, *wanted = sys.argv[1:]
torch.manual_seed(0)
for network in (Classic, Residual, Mobile, Rows, Branches, Signal, Steps, Gates, Shuffle, Patches, Batchless):
    name = network.__name__.lower()
    if wanted and name not in wanted:
        continue
    model = network().eval()
    shake(model)
    inputs = torch.randint(-200, 200, (2, *network.shape)) / 128  # short in decimal digits
    outputs = model(inputs)
    axes = {'input': {0: 'batch'}, 'output': {0: 'batch'}}
    path = f'{folder}/{name}'
    torch.onnx.export(model, inputs, f'{path}.onnx', dynamo=False, input_names=['input'], output_names=['output'], dynamic_axes=axes)
    batch = {0: torch.export.Dim('batch')}
    torch.onnx.export(model, (inputs,), f'{path}-dynamo.onnx', dynamo=True, external_data=False, dynamic_shapes=(batch,), verbose=False)
    strip(f'{path}-dynamo.onnx')
    with open(f'{path}.json', 'w') as file:
        json.dump({'inputs': inputs.flatten().tolist(), 'outputs': outputs.flatten().tolist()}, file)
