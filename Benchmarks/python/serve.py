"""Lets glean-bench ask a Python program for work: a JSON object a line in, one a line out."""

import json
import sys


def serve(name, run):
    """Says who this is, then answers each request with what `run(**request)` returns."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # what libraries print does not mix with the replies
    print(json.dumps({"name": name}), file=replies, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), file=replies, flush=True)
