"""A causal language model small enough for a test, behind a server that speaks the OpenAI protocol.

One layer, the bundled tokenizer (lower case, no accents). Untaught it babbles; taught one exchange
by heart, it answers that prompt and no other.
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import threading
from typing import TYPE_CHECKING, Any

import torch
import transformers
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from corpus.home import BUNDLED_MODEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    Messages = list[dict[str, str]]


class TinyModel:
    """A GPT-2 of one layer, always initialised alike."""

    def __init__(self) -> None:
        make: Any = transformers.PreTrainedTokenizerFast
        self.tokenizer = make(
            tokenizer_file=str(BUNDLED_MODEL / "tokenizer.json"),
            clean_up_tokenization_spaces=False,
        )
        torch.manual_seed(1)
        config = transformers.GPT2Config(
            vocab_size=len(self.tokenizer),
            n_positions=4096,
            n_embd=32,
            n_layer=1,
            n_head=2,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            resid_pdrop=0.0,
        )
        self.model: Any = transformers.GPT2LMHeadModel(config)
        self.end = len(self.tokenizer) - 1  # a word that no test needs

    def teach(self, messages: Messages, reply: str, steps: int = 150) -> None:
        """Learn one exchange by heart.

        Raises:
            ValueError: it is not known after so many steps.
        """
        prompt = self._ids(messages)
        wanted = torch.tensor([*self.tokenizer.encode(reply), self.end])
        ids = torch.cat([prompt, wanted[None]], dim=1)
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-2)
        self.model.train()
        for _ in range(steps):
            optimizer.zero_grad()
            hidden = self.model.transformer(ids).last_hidden_state[0, prompt.shape[1] - 1 : -1]
            logits: Any = self.model.lm_head(hidden)
            if bool((logits.softmax(-1).gather(1, wanted[:, None]) > 0.8).all()):
                return
            loss: Any = torch.nn.functional.cross_entropy(logits, wanted)
            loss.backward()
            optimizer.step()
        raise ValueError("not learnt")

    def reply(self, messages: Messages, most: int) -> Iterator[str]:
        """The likeliest words one after the other, until the end or `most` tokens."""
        self.model.eval()
        ids, past = self._ids(messages), None
        for _ in range(most):
            with torch.no_grad():
                out = self.model(ids, past_key_values=past, use_cache=True)
            past, token = out.past_key_values, int(out.logits[0, -1].argmax())
            if token == self.end:
                return
            yield self._text(token)
            ids = torch.tensor([[token]])

    def _ids(self, messages: Messages) -> Any:
        text = "\n".join(f"{message['role']} : {message['content']}" for message in messages)
        return torch.tensor([self.tokenizer.encode(f"{text}\nassistant :")])

    def _text(self, token: int) -> str:
        word = str(self.tokenizer.convert_ids_to_tokens(token))
        if word.startswith("##"):
            return word.removeprefix("##")
        return word if re.fullmatch(r"[.,')\]]", word) else f" {word}"


def application(model: TinyModel, asked: list[Messages]) -> FastAPI:
    """The one route that a chat needs."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> StreamingResponse:
        body = await request.json()
        asked.append(body["messages"])
        return StreamingResponse(_events(model, body), media_type="text/event-stream")

    return app


def _events(model: TinyModel, body: dict[str, Any]) -> Iterator[str]:
    most = int(body.get("max_tokens") or 64)
    head = {"id": "tiny", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    count = 0
    for text in model.reply(body["messages"], most):
        count += 1
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        yield f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"
    choice = {"index": 0, "delta": {}, "finish_reason": "length" if count == most else "stop"}
    yield f"data: {json.dumps({**head, 'choices': [choice]})}\n\ndata: [DONE]\n\n"


@contextlib.contextmanager
def serving(model: TinyModel) -> Iterator[tuple[str, list[Messages]]]:
    """The model on a free port: its base URL, and what was asked of it."""
    asked: list[Messages] = []
    started: queue.Queue[int] = queue.Queue()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.put(self.servers[0].sockets[0].getsockname()[1])

    server = Server(uvicorn.Config(application(model, asked), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{started.get(timeout=60)}/v1", asked
    finally:
        server.should_exit = True
        thread.join(timeout=20)
