"""Train until somebody stops it. The client hears of a stop with what it streams next."""

import signal
import sys
import time

import wandb

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
settings = wandb.Settings(silent=True, x_stats_sampling_interval=0.5, x_file_stream_transmit_interval=0.5)
with wandb.init(entity="northlight", project="stopped", id=sys.argv[1], settings=settings) as run:
    for step in range(600):
        run.log({"loss": step})
        time.sleep(0.1)
