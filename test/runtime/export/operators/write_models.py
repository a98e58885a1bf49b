"""Writes small ONNX networks of operators that PyTorch's exporter writes for usual layers, and what onnxruntime computes with them: write_models.py <folder>.

Needs onnx, onnxruntime and numpy. For each network <name>: <name>.onnx and <name>.json with two inputs, channels first, and their outputs.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(0)


class Net:
    """A chain of nodes, as torch.onnx.export names them."""

    def __init__(self, *shape):
        self.shape, self.nodes, self.weights, self.last = shape, [], [], "input"

    def constant(self, values, kind=np.float32):
        name = f"onnx::{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def drawn(self, *shape):
        return self.constant(random.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape))

    def add(self, operator, *inputs, **attributes):
        output = f"/{operator}_{len(self.nodes)}_output_0"
        self.nodes.append(helper.make_node(operator, [self.last, *inputs], [output], f"/{operator}_{len(self.nodes)}", **attributes))
        self.last = output
        return self

    def whole(self, *values):
        return self.constant(values, np.int64)

    def write(self, folder, name, opset=17):
        self.nodes[-1].output[0] = "output"
        given = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *self.shape])
        result = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3])
        graph = helper.make_graph(self.nodes, "main_graph", [given], [result], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, f"{folder}/{name}.onnx")
        inputs = random.uniform(0, 1, (2, *self.shape)).astype(np.float32)
        (outputs,) = onnxruntime.InferenceSession(f"{folder}/{name}.onnx").run(None, {"input": inputs})
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump({"inputs": inputs.ravel().tolist(), "outputs": outputs.ravel().tolist()}, file)


def decoder():
    net = Net(2, 7, 5)
    net.add("Conv", net.drawn(6, 2, 3, 3), net.drawn(6), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]).add("Relu")
    net.add("ConvTranspose", net.drawn(6, 4, 3, 3), net.drawn(4), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
    net.add("ConvTranspose", net.drawn(4, 5, 4, 4), kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1]).add("Tanh")
    net.add("ConvTranspose", net.drawn(5, 3, 2, 3), net.drawn(3), kernel_shape=[2, 3], strides=[2, 1], pads=[0, 1, 0, 1])
    net.add("Resize", "", net.constant([1, 1, 2, 2]), coordinate_transformation_mode="asymmetric", nearest_mode="floor", mode="nearest")
    net.add("AveragePool", kernel_shape=[8, 8], strides=[8, 8]).add("Flatten")
    return net.add("Gemm", net.drawn(3, 72), net.drawn(3), transB=1)


def groups():
    net = Net(4, 9, 8)
    net.add("Conv", net.drawn(6, 2, 3, 3), net.drawn(6), group=2, kernel_shape=[3, 3], pads=[1, 1, 1, 1]).add("Relu")
    net.add("Conv", net.drawn(9, 2, 3, 2), group=3, kernel_shape=[3, 2], strides=[2, 1])
    net.add("Conv", net.drawn(9, 1, 2, 2), group=9, kernel_shape=[2, 2], dilations=[1, 2], pads=[0, 1, 1, 1])
    net.add("Slice", net.whole(1, -6), net.whole(4, 2**62), net.whole(2, 3), net.whole(1, 1))
    net.add("Pad", net.whole(0, 0, -1, 2, 0, 0, 1, -1))
    net.add("Slice", net.whole(1), net.whole(-1), net.whole(3))
    net.add("Flatten")
    return net.add("Gemm", net.drawn(3, 135), net.drawn(3), transB=1)


def norms():
    net = Net(3, 6, 5)
    net.add("LayerNormalization", net.drawn(3, 6, 5), net.drawn(3, 6, 5), axis=1, epsilon=1e-5)
    net.add("Conv", net.drawn(4, 3, 2, 2), kernel_shape=[2, 2])
    net.add("Transpose", perm=[0, 2, 3, 1]).add("LayerNormalization", net.drawn(4), net.drawn(4), axis=-1, epsilon=1e-6)
    net.add("Transpose", perm=[0, 3, 1, 2]).add("Relu").add("Flatten")
    net.add("LayerNormalization", net.drawn(80), axis=-1)
    return net.add("Gemm", net.drawn(3, 80), net.drawn(3), transB=1)


def raised_erf(net, start):
    """1 + erf(start / sqrt(2)), as PyTorch and as tf2onnx write it."""
    net.last = start
    scaled = net.add("Div", net.constant(2**0.5)) if len(net.nodes) < 8 else net.add("Mul", net.constant(0.5**0.5))
    return scaled.add("Erf").add("Add", net.constant(1))


def gelus():
    """A GELU before opset 20 in the three orders of its factors, and a mish."""
    net = Net(2, 6, 5)
    start = net.add("Conv", net.drawn(4, 2, 3, 3), net.drawn(4), kernel_shape=[3, 3]).last
    raised_erf(net, start).add("Mul", start).add("Mul", net.constant(0.5))
    start = net.add("Conv", net.drawn(4, 4, 1, 1), kernel_shape=[1, 1]).last
    raised_erf(net, start).add("Mul", net.constant(0.5)).add("Mul", start)
    start = net.add("Conv", net.drawn(4, 4, 1, 1), kernel_shape=[1, 1]).last
    halved = net.add("Mul", net.constant(0.5)).last
    raised_erf(net, start).add("Mul", halved)
    start = net.add("Flatten").add("Gemm", net.drawn(8, 48), net.drawn(8), transB=1).last
    net.add("Softplus").add("Tanh").add("Mul", start)
    return net.add("Gemm", net.drawn(3, 8), net.drawn(3), transB=1)


def named_gelu():
    net = Net(2, 6, 5)
    net.add("Conv", net.drawn(4, 2, 3, 3), net.drawn(4), kernel_shape=[3, 3]).add("Gelu")
    return net.add("Flatten").add("Gemm", net.drawn(3, 48), net.drawn(3), transB=1)


for make in (decoder, groups, norms, gelus):
    make().write(sys.argv[1], make.__name__)
named_gelu().write(sys.argv[1], "named-gelu", opset=20)
