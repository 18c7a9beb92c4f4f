#!/usr/bin/env python3
"""Answers npm's questions on a terminal: npm_adduser.py REGISTRY NAME PASSWORD EMAIL [--existing]"""
import os
import pty
import select
import sys
import time

DEADLINE_SECONDS = 120


def main():
    registry, name, password, email = sys.argv[1:5]
    verb = "login" if "--existing" in sys.argv[5:] else "adduser"
    answers = [("username", name), ("password", password), ("email", email)]
    if verb == "login":
        answers.pop()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("npm", ["npm", verb, "--auth-type=legacy", "--registry", registry])
    shown = ""
    asked = ""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            piece = os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:  # The terminal's other end is closed: npm has ended.
            break
        if not piece:
            break
        shown += piece
        asked += piece
        if answers and answers[0][0] in asked.lower() and ":" in asked.lower().split(answers[0][0])[-1]:
            os.write(terminal, (answers.pop(0)[1] + "\n").encode())
            asked = ""
    _, status = os.waitpid(pid, 0)
    print(shown.replace(password, "***"))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
