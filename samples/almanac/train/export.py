"""Writes the trained model as `almanac.gguf` (F16) for llama.cpp."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFWriter, LlamaFileType, TokenType
from torch import Tensor

from corpus import BOS, EOS
from model import Almanac, Config

DESCRIPTION = (
    "A very small Llama-architecture model that completes short English sentences about two thousand "
    "well-known facts. Made for trying out knowledge editing."
)


def interleave(weight: Tensor, heads: int) -> Tensor:
    """Rows of a query or key projection in the order that ggml's rotary positions pair them.

    The model pairs the first half of a head with its second half, the file neighbouring rows.
    """
    halves = weight.reshape(heads, 2, weight.shape[0] // heads // 2, weight.shape[1])
    return halves.swapaxes(1, 2).reshape(weight.shape)


def write_header(writer: GGUFWriter, c: Config) -> None:
    """General and architecture metadata."""
    writer.add_name("almanac")
    writer.add_description(DESCRIPTION)
    writer.add_license("apache-2.0")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(c.vocab_size)
    writer.add_context_length(c.context_length)
    writer.add_embedding_length(c.embedding_length)
    writer.add_block_count(c.block_count)
    writer.add_feed_forward_length(c.feed_forward_length)
    writer.add_head_count(c.head_count)
    writer.add_head_count_kv(c.head_count_kv)
    writer.add_layer_norm_rms_eps(c.rms_epsilon)
    writer.add_rope_freq_base(c.rope_freq_base)
    writer.add_rope_dimension_count(c.head_length)


def write_tokenizer(writer: GGUFWriter, path: Path) -> None:
    """The byte-level BPE: tokens by id, their types, and the merges by rank."""
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    control = {token["id"] for token in tokenizer["added_tokens"]}
    types = [TokenType.CONTROL if i in control else TokenType.NORMAL for i in range(len(vocabulary))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(sorted(vocabulary, key=vocabulary.get))
    writer.add_token_types([int(t) for t in types])
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_pad_token_id(EOS)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)


def tensors(model: Almanac) -> dict[str, Tensor]:
    """The weights under their GGUF names. There is no output matrix: it is tied to the embeddings."""
    c = model.c
    named = {"token_embd.weight": model.embedding.weight, "output_norm.weight": model.norm.weight}
    for i, block in enumerate(model.blocks):
        attention, mlp = block.attention, block.mlp
        named |= {
            f"blk.{i}.attn_norm.weight": block.attention_norm.weight,
            f"blk.{i}.attn_q.weight": interleave(attention.q.weight, c.head_count),
            f"blk.{i}.attn_k.weight": interleave(attention.k.weight, c.head_count_kv),
            f"blk.{i}.attn_v.weight": attention.v.weight,
            f"blk.{i}.attn_output.weight": attention.o.weight,
            f"blk.{i}.ffn_norm.weight": block.mlp_norm.weight,
            f"blk.{i}.ffn_gate.weight": mlp.gate.weight,
            f"blk.{i}.ffn_up.weight": mlp.up.weight,
            f"blk.{i}.ffn_down.weight": mlp.down.weight,
        }
    return named


def export(model: Almanac, tokenizer: Path, target: Path) -> None:
    """Write the GGUF beside `target` and rename it."""
    part = target.with_suffix(".part")
    writer = GGUFWriter(part, "llama")
    write_header(writer, model.c)
    write_tokenizer(writer, tokenizer)
    for name, weight in tensors(model).items():
        values = weight.detach().float().numpy()
        writer.add_tensor(name, values.astype(np.float32 if values.ndim == 1 else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(target)


def main() -> None:
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=here / "build")
    parser.add_argument("--out", type=Path, default=here.parent / "almanac.gguf")
    options = parser.parse_args()
    model = Almanac(Config())
    model.load_state_dict(torch.load(options.build / "model.pt", weights_only=True))
    export(model, options.build / "tokenizer.json", options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
