"""A sampler of the application's: what it is asked, what its answers mean."""

from aws_xray_sdk.core import xray_recorder


class Asked:
    """Answers in turn."""

    answers = iter([True, False, "gold", 0, 1, None])

    def should_trace(self, request=None):
        """Print the question and answer."""
        answer = next(self.answers)
        print(request, repr(answer))
        return answer


xray_recorder.configure(sampler=Asked())
for number in range(6):
    with xray_recorder.in_segment(f"segment {number}"):
        print(xray_recorder.is_sampled())
xray_recorder.configure(sampling=False)
with xray_recorder.in_segment("not asked"):
    print(xray_recorder.is_sampled())
