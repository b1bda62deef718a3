"""Exports a GPT-2 in the Hugging Face layout as transformers.js wants it: `onnx/model.onnx` (F32) and
`onnx/model_quantized.onnx` (its `q8`: 8-bit weights, activations quantised as it runs).

python export_onnx.py MODEL_DIR OUT_DIR
"""

import shutil
import sys
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic
from optimum.exporters.onnx import main_export


def main(model: Path, out: Path):
    main_export(str(model), output=out, task="text-generation-with-past", do_validation=False)
    onnx = out / "onnx"
    onnx.mkdir(exist_ok=True)
    for file in out.glob("model.onnx*"):
        shutil.move(file, onnx / file.name)
    quantize_dynamic(onnx / "model.onnx", onnx / "model_quantized.onnx", weight_type=QuantType.QInt8, extra_options={"EnableSubgraph": True})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
