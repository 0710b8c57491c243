"""Oracle of lib/fever/prompt and lib/fever/answer_tokens: a prompt and its answers through Hugging Face tokenizers.

    build/oracle/bin/python checks/oracle/letters.py      # writes checks/reference/letters.json

"prompt" holds the ids of the prompt behind the token that begins a text, "answers" what each answer adds
to them. DOCMEM_SHARED names the folder of real inputs (default ../shared).
"""
import json
import os

from tokenizers import Tokenizer

SHARED = os.environ.get("DOCMEM_SHARED", "../shared")
FIRST = {"llama-2": "<s>", "gpt-neox": "<|endoftext|>"}
PROMPT = ("Determine the factuality of the following claims \n"
          "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n"
          "Claim: Ann Lee sang.\nA: (b)\nClaim: Ann Lee wrote (a) song.\nA:")


def main():
    reference = {"prompt": PROMPT}
    for name, first in FIRST.items():
        tokenizer = Tokenizer.from_file(f"{SHARED}/tokenizers/{name}/tokenizer.json")
        start = [tokenizer.token_to_id(first)]
        ids = [start + tokenizer.encode(PROMPT + answer, add_special_tokens=False).ids
               for answer in ("", " (a)", " (b)", " (c)")]
        count = len(ids[0])
        assert all(answered[:count] == ids[0] for answered in ids)
        reference[name] = {"prompt": ids[0], "answers": [answered[count:] for answered in ids[1:]]}
    with open("checks/reference/letters.json", "w", encoding="utf-8") as out:
        out.write(json.dumps(reference, separators=(",", ":")).replace('},"', '},\n"') + "\n")


main()
