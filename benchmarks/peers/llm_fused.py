"""Fused greedy decoding as one writes it with Hugging Face transformers: one merged model per expert, a KV cache each, the mean
of their log-probabilities, the most probable token.

Usage: llm_fused.py BASE.gguf ADAPTER.gguf... [--tokens 64] [--rounds 5] [--threads 2] [--prompt TEXT]

Prints one JSON line: tokens per second of each round, and the tokens. One more round at the beginning does not count.
"""
import argparse
import copy
import json
import os
import time

import gguf
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

NAMES = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
         "ffn_down": "mlp.down_proj"}


def unpermuted(rows, heads):
    """GGUF keeps the two halves of a rotated pair side by side, Hugging Face half a head apart."""
    width = rows.shape[0] // heads
    return rows.reshape(heads, width // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def merged(base, path):
    """A copy of the model with the adapter's change added to its weights."""
    model = copy.deepcopy(base)
    reader = gguf.GGUFReader(path)
    alpha = float(reader.fields["adapter.lora.alpha"].contents())
    factors = {t.name: torch.from_numpy(t.data.astype("float32")) for t in reader.tensors}
    config = model.config
    for name in [n for n in factors if n.endswith(".lora_a")]:
        _, layer, kind = name.split(".")[:3]
        a, b = factors[name], factors[name[:-1] + "b"]
        if kind in ("attn_q", "attn_k"):
            b = unpermuted(b, config.num_attention_heads if kind == "attn_q" else config.num_key_value_heads)
        weight = model.get_submodule(f"model.layers.{layer}.{NAMES[kind]}").weight
        weight.data += alpha / a.shape[0] * (b @ a)
    return model


@torch.inference_mode()
def decode(models, prompt, tokens, end):
    """The tokens, and the seconds that all but the first took."""
    caches = [None] * len(models)
    ids, text, began = prompt, [], None
    while len(text) < tokens:
        rows = []
        for k, model in enumerate(models):
            out = model(input_ids=ids, past_key_values=caches[k], use_cache=True)
            caches[k] = out.past_key_values
            rows.append(torch.log_softmax(out.logits[0, -1], dim=-1))
        token = int(torch.stack(rows).mean(0).argmax())
        if began is None:
            began = time.perf_counter()
        if token == end:
            break
        text.append(token)
        ids = torch.tensor([[token]])
    return text, time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("adapters", nargs="+")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--prompt", default="Once upon a time")
    parser.add_argument("--dtype", default="float32")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    folder, name = os.path.split(os.path.abspath(args.base))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    base = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    models = [merged(base, adapter).to(getattr(torch, args.dtype)) for adapter in args.adapters]
    prompt = tokenizer(args.prompt, return_tensors="pt", add_special_tokens=False).input_ids
    rates = []
    for _ in range(args.rounds + 1):
        text, seconds = decode(models, prompt, args.tokens, tokenizer.eos_token_id)
        rates.append((len(text) - 1) / seconds)
    print(json.dumps({"rates": rates[1:], "tokens": text, "prompt": prompt[0].tolist(), "torch": torch.__version__,
                      "threads": args.threads, "dtype": args.dtype}))


main()
