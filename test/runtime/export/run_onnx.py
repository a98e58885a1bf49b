"""Runs ONNX models with onnxruntime: run_onnx.py <folder>. In the folder: cases.json, a list of [model, input, output, operators]."""
import json
import sys

import numpy
import onnx
import onnxruntime

folder = sys.argv[1]
result = []
for model, inputs, outputs in json.load(open(f'{folder}/cases.json')):
    onnx.checker.check_model(onnx.load(f'{folder}/{model}'), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = f'{folder}/{model}.optimized'
    session = onnxruntime.InferenceSession(f'{folder}/{model}', options)
    [entry] = session.get_inputs()
    [answer] = session.get_outputs()
    values = numpy.fromfile(f'{folder}/{inputs}', dtype='<f4').reshape([-1] + entry.shape[1:])
    session.run(None, {entry.name: values})[0].astype('<f4').tofile(f'{folder}/{outputs}')
    optimized = onnx.load(f'{folder}/{model}.optimized')
    result.append({
        'input': [entry.name, entry.shape],
        'output': [answer.name, answer.shape],
        'metadata': session.get_modelmeta().custom_metadata_map,
        'optimized': [node.op_type for node in optimized.graph.node],
    })
print(json.dumps(result))
