"""Prints Tests/TestSupport/SampleCheckpoints.swift: two small files of torch.save, in base64.

    .venv-bench/bin/python Benchmarks/python/sample_checkpoints.py \
        > Tests/TestSupport/SampleCheckpoints.swift
"""
import argparse
import base64
import io
import pathlib
import textwrap
from collections import OrderedDict

import numpy
import torch

values = torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4
whole = torch.arange(10, dtype=torch.float32)
state = OrderedDict(
    [
        ("module.float32", values),
        ("module.float64", values.double()),
        ("module.float16", values.half()),
        ("module.bfloat16", values.bfloat16()),
        ("module.int64", torch.arange(-1, 2)),
        ("module.int32", torch.arange(-1, 2, dtype=torch.int32)),
        ("module.uint8", torch.arange(3, dtype=torch.uint8)),
        ("module.bool", torch.tensor([True, False, True])),
        ("module.scalar", torch.tensor(7)),
        ("module.empty", torch.zeros(0, 5)),
        ("module.transposed", values.t()),
        ("module.every_second", whole[::2]),
        ("module.channels_last", torch.arange(24.0).reshape(2, 3, 2, 2)
            .contiguous(memory_format=torch.channels_last)),
        ("module.whole", whole),
        ("module.part", whole[4:8].reshape(2, 2)),
        ("module.parameter", torch.nn.Parameter(values)),
    ]
)
state._metadata = OrderedDict([("", {"version": 1})])
checkpoint = {
    "epoch": 3,
    "arch": "resnet18",
    "best_acc1": torch.tensor(71.5),
    "best_loss": numpy.float64(0.125),
    "args": argparse.Namespace(
        lr=0.5, dist_url="env://", resume=None, amp=True, crops=[2, 6], out=pathlib.PosixPath("a/b")),
    "dtype": torch.float16,
    "device": torch.device("cpu"),
    "size": torch.Size([2, 3]),
    "seed": 2**40,
    "state_dict": state,
    "optimizer": {
        "state": {0: {"momentum_buffer": values}},
        "param_groups": [{"lr": -1, "params": [0]}],
    },
}


def literal(name, comment, new_format):
    file = io.BytesIO()
    torch.save(checkpoint, file, _use_new_zipfile_serialization=new_format)
    lines = "\n".join("    " + line for line in textwrap.wrap(
        base64.b64encode(file.getvalue()).decode(), 92))
    return f'  /// {comment}\n  public static let {name} = data(\n    """\n{lines}\n    """)\n'


print(f'''public import Foundation

/// One checkpoint as torch {torch.__version__.split("+")[0]} saves it. Made by
/// `Benchmarks/python/sample_checkpoints.py`, which shows what is in it.
public enum SampleCheckpoints {{
{literal("zip", "The format since torch 1.6.", True)}
{literal("stream", "The format before torch 1.6.", False)}
  private static func data(_ base64: String) -> Data {{
    Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data()
  }}
}}''')
