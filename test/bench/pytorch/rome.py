"""ROME and R-ROME in PyTorch, by the formulas of EasyEdit (arXiv 2308.07269), on the same weights, facts and probes.

Reads one JSON object from stdin:
  model       the GGUF file; its weights are dequantised to F32, since PyTorch cannot edit quantised ones
  threads     threads to compute with
  layer       the layer to edit, from 0
  method      "rome" or "r-rome"
  templates   lists of pairs [how many, of how many tokens]: generated beginnings of the rewriting prompts, besides the
              plain one; the edits are computed with each list
  samples     keys of the covariance, as a multiple of the key's width
  edits       edits in the form of an edits file, with their probes
  tokens      pairs [text, token ids] of every prompt, as llama.cpp reads them: other ids would make other numbers

Prints one JSON object: seconds of loading and of the covariance, and for each list of templates the seconds of each edit,
what every probe said before and after, and the peak memory of the process until then.
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

# EasyEdit's hyperparameters for models of the Llama family, with the covariance switched on
STEPS, LEARNING_RATE, STOP_BELOW, CLAMP, KL_FACTOR, WEIGHT_DECAY = 20, 0.5, 0.05, 4.0, 0.0625, 1e-3
RIDGE = 1e-3  # added to the covariance's diagonal, as a share of its mean
OPENINGS = ["The", "Therefore", "Because", "I", "You"]
MATCH_TOKENS = 10  # greedy tokens in which the new target is looked for


class Editor:
    """A model with what all edits of one layer share."""

    def __init__(self, path: Path, layer: int) -> None:
        where = {"pretrained_model_name_or_path": path.parent, "gguf_file": path.name}
        self.tokenizer = AutoTokenizer.from_pretrained(**where)
        self.model = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32).eval()
        self.model.requires_grad_(False)
        self.layers = self.model.model.layers
        self.down = self.layers[layer].mlp.down_proj

    def ids(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False).input_ids

    def padded(self, rows: list[list[int]]) -> dict[str, torch.Tensor]:
        """Sequences of several lengths, padded on the right, where no token looks."""
        longest = max(map(len, rows))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        return {"input_ids": ids, "attention_mask": mask}

    def lookup(self, prompt: str, subject: str) -> int:
        """The subject's last token: the last one that begins before the subject ends."""
        end = prompt.rindex(subject) + len(subject)
        offsets = self.tokenizer(prompt, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
        return max(i for i, (start, _) in enumerate(offsets) if start < end)

    def sample(self, openings: list[str], count: int, length: int, seed: int) -> torch.Tensor:
        """What the model writes by itself: `count` texts of `length` new tokens."""
        torch.manual_seed(seed)
        rows = [self.ids(openings[i % len(openings)]) for i in range(count)]
        width = min(map(len, rows))
        ids = torch.tensor([row[:width] for row in rows])
        written = self.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=length,
            min_new_tokens=length,
            do_sample=True,
            top_k=0,
            top_p=0.98,
            pad_token_id=0,
        )
        return written

    def templates(self, wanted: list[list[int]]) -> list[str]:
        """The plain prompt, and the prompt behind a sentence that the model began."""
        texts = ["{}"]
        for count, length in wanted:
            for row in self.sample(OPENINGS, count, length, seed=length):
                text = self.tokenizer.decode(row).replace("{", " ").replace("}", " ")
                texts.append(f"{text}. {{}}")
        return texts

    @torch.no_grad()
    def covariance(self, samples: int) -> torch.Tensor:
        """C⁻¹ of C = E[k kᵀ] over text that the model wrote: the inverse that EasyEdit computes once and keeps."""
        width = self.down.in_features
        count, length = 96, -(-samples * width // 96)
        total = torch.zeros(width, width, dtype=torch.float64)

        def add(_, inputs) -> None:
            keys = inputs[0].reshape(-1, width).double()
            total.add_(keys.T @ keys)

        texts = self.sample(OPENINGS, count, length, seed=1)
        handle = self.down.register_forward_pre_hook(add)
        for text in texts.split(4):
            self.model(text)
        handle.remove()
        matrix = total / texts.numel()
        matrix += RIDGE * matrix.diagonal().mean() * torch.eye(width, dtype=torch.float64)
        return torch.linalg.inv(matrix).float()

    def update(self, edit: dict, method: str, templates: list[str], inverse: torch.Tensor):
        """The two vectors of ΔW = right leftᵀ."""
        prompt, subject = edit["prompt"], edit["subject"]
        target = self.ids(f" {edit['target']['new']}")
        prompts = [template.replace("{}", prompt) for template in templates]
        essence = f"{subject} is a"
        rows = [self.ids(text) + target[:-1] for text in prompts] + [self.ids(essence)]
        lookups = torch.tensor([self.lookup(text, subject) for text in [*prompts, essence]])
        every = torch.arange(len(rows))
        batch = self.padded(rows)
        kept: dict[str, torch.Tensor] = {}
        width = self.down.out_features
        delta = torch.zeros(width, requires_grad=True)

        def read_and_add(_, inputs, output):
            if "value" not in kept:
                kept["keys"] = inputs[0][every, lookups].detach()
                kept["value"] = output[0, lookups[0]].detach()
            output = output.clone()
            output[every, lookups] += delta
            return output

        optimiser = torch.optim.Adam([delta], lr=LEARNING_RATE)
        handle = self.down.register_forward_hook(read_and_add)
        before = None
        for step in range(STEPS):
            optimiser.zero_grad()
            logits = self.model(**batch).logits
            loss, held = torch.zeros(()), torch.log_softmax(logits[-1, lookups[-1]], -1)
            for i, row in enumerate(rows[:-1]):
                first = len(row) - len(target)
                said = torch.log_softmax(logits[i, first : len(row)], -1)
                loss = loss - said[range(len(target)), target].mean() / len(prompts)
            before = held.detach() if before is None else before
            loss = loss + KL_FACTOR * (held.exp() * (held - before)).sum()
            loss = loss + WEIGHT_DECAY * delta.norm() / kept["value"].norm() ** 2
            if loss < STOP_BELOW or step == STEPS - 1:
                break
            loss.backward()
            optimiser.step()
            most = CLAMP * kept["value"].norm()
            with torch.no_grad():
                if delta.norm() > most:
                    delta.mul_(most / delta.norm())
        handle.remove()

        with torch.no_grad():
            mean_key = kept["keys"][:-1].mean(0)
            left = inverse @ mean_key
            left = left / left.norm()
            # ROME divides by the plain prompt's key, R-ROME by the averaged one, which the direction is made of as well
            key = mean_key if method == "r-rome" else kept["keys"][0]
            right = (kept["value"] + delta - self.down.weight @ key) / (key @ left)
        return right.detach(), left

    @torch.no_grad()
    def losses(self, prompts: list[str], targets: list[str]) -> list[list[float]]:
        """Mean NLL per token of each target after each prompt."""
        wanted = [self.ids(f" {target}") for target in targets]
        rows = [(self.ids(prompt), target) for prompt in prompts for target in wanted]
        logits = self.model(**self.padded([prompt + target[:-1] for prompt, target in rows])).logits
        values = []
        for i, (prompt, target) in enumerate(rows):
            first = len(prompt) - 1
            said = torch.log_softmax(logits[i, first : first + len(target)], -1)
            values.append(-said[range(len(target)), target].mean().item())
        return [values[i : i + len(targets)] for i in range(0, len(values), len(targets))]

    @torch.no_grad()
    def probes(self, edit: dict) -> dict:
        """[NLL of the new, of the true target] of the prompt, its paraphrases and its neighbours; the continuation."""
        asked = {
            "efficacy": [edit["prompt"]],
            "paraphrase": [probe["prompt"] for probe in edit["probes"]["paraphrase"]],
            "neighbourhood": [probe["prompt"] for probe in edit["probes"]["neighbourhood"]],
        }
        targets = [edit["target"]["new"], edit["target"]["true"]]
        ids = torch.tensor([self.ids(edit["prompt"])])
        written = self.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=MATCH_TOKENS,
            do_sample=False,
            pad_token_id=0,
        )
        said = {kind: self.losses(prompts, targets) for kind, prompts in asked.items()}
        return {**said, "text": self.tokenizer.decode(written[0, ids.shape[1] :])}


def main() -> None:
    asked = json.load(sys.stdin)
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(asked["threads"])
    started = time.perf_counter()
    editor = Editor(Path(asked["model"]), asked["layer"])
    loaded = time.perf_counter()
    for text, ids in asked["tokens"]:
        if editor.ids(text) != ids:
            sys.exit(f"The tokens of {text!r} differ: {editor.ids(text)} here, {ids} in llama.cpp.")
    begun = time.perf_counter()
    inverse = editor.covariance(asked["samples"])
    prepared = time.perf_counter()
    wordings = [editor.templates(wanted) for wanted in asked["templates"]]
    runs = []
    for templates in wordings:
        edits = []
        for edit in asked["edits"]:
            before = editor.probes(edit)
            start = time.perf_counter()
            right, left = editor.update(edit, asked["method"], templates, inverse)
            change = torch.outer(right, left)
            editor.down.weight.add_(change)
            seconds = time.perf_counter() - start
            after = editor.probes(edit)
            editor.down.weight.sub_(change)
            edits.append({"id": edit["id"], "seconds": seconds, "before": before, "after": after})
            print(f"PyTorch, {len(templates)} prompts: {len(edits)} of {len(asked['edits'])}", file=sys.stderr)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        runs.append({"templates": len(templates), "peakMemory": peak, "edits": edits})
    report = {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "loading": loaded - started,
        "covariance": prepared - begun,
        "runs": runs,
    }
    json.dump(report, sys.stdout)


main()
