"""
What calls of Bedrock say: the model, its limits and what it used, never a prompt nor a word of it.

``InvokeModel`` takes and gives bodies in each model's own form; they are left alone. How many
tokens were used stands in headers of its answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from otel_xray.instrument.extraction import Found, Members, Service, number, text, texts, within

INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
_PROVIDER = {"gen_ai.provider.name": "aws.bedrock"}
_CHAT = {"gen_ai.operation.name": "chat"}
_GUARDRAIL = "aws.bedrock.guardrail.id"
_KNOWLEDGE_BASE = text("knowledgeBaseId", "aws.bedrock.knowledge_base.id")


def _counted(header: str, attribute: str) -> tuple[str, str]:
    return f"x-amzn-bedrock-{header}-token-count", attribute


_COUNTED = (_counted("input", INPUT_TOKENS), _counted("output", OUTPUT_TOKENS))


def _tokens(headers: Members, found: Found) -> None:
    for header, attribute in _COUNTED:
        value = str(headers.get(header, ""))
        if value.isascii() and value.isdigit():
            found[attribute] = int(value)


SERVICES: Mapping[str, Service] = {
    "Bedrock Runtime": Service(
        always=_PROVIDER,
        of={"Converse": _CHAT, "ConverseStream": _CHAT},
        asked=(
            text("modelId", "gen_ai.request.model"),
            text("guardrailIdentifier", _GUARDRAIL),
            within("guardrailConfig", text("guardrailIdentifier", _GUARDRAIL)),
            within(
                "inferenceConfig",
                number("maxTokens", "gen_ai.request.max_tokens"),
                number("temperature", "gen_ai.request.temperature"),
                number("topP", "gen_ai.request.top_p"),
            ),
        ),
        answered=(
            texts("stopReason", "gen_ai.response.finish_reasons"),
            within(
                "usage", number("inputTokens", INPUT_TOKENS), number("outputTokens", OUTPUT_TOKENS)
            ),
            within("ResponseMetadata", within("HTTPHeaders", _tokens)),
        ),
    ),
    "Bedrock Agent": Service(always=_PROVIDER, asked=(_KNOWLEDGE_BASE,)),
    "Bedrock Agent Runtime": Service(
        always=_PROVIDER,
        asked=(
            text("agentId", "gen_ai.agent.id"),
            text("sessionId", "gen_ai.conversation.id"),
            _KNOWLEDGE_BASE,
        ),
    ),
}
