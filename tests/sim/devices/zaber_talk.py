"""How a test talks to the stage."""

STEP_MM = 0.047625e-3
MOST = 4262467  # 203 mm


def ask(stage, text, now=0.0):
    """Lines of the answer; each ends with CR LF."""
    reply = stage.receive(f"/{text}\n".encode(), now).decode()
    assert not reply or reply.endswith("\r\n")
    return reply.split("\r\n")[:-1]


def tell(stage, text):
    (line,) = ask(stage, text)
    return line


def data(stage, text):
    """What follows an OK; status and flag are not looked at."""
    line = tell(stage, text).split(" ", 5)
    assert line[2] == "OK", line
    return line[5]


def reason(stage, text):
    line = tell(stage, text).split(" ", 5)
    assert line[2] == "RJ", line
    return line[5]


def live(stage, seconds):
    for _ in range(round(seconds / 0.01)):
        stage.step(0.0, 0.01)


def rest(stage, most_s=200.0):
    """Live until nothing moves; the time it took."""
    for steps in range(round(most_s / 0.01)):
        if not any(axis.busy for axis in stage.axes.values()):
            return steps * 0.01
        stage.step(0.0, 0.01)
    raise AssertionError("still moving")


def homed(stage):
    for device in stage.chain:
        tell(stage, f"{device.number} home")
    rest(stage)
    return stage
