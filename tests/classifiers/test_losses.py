import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from stance.classifiers.losses import cross_entropy, weigh_classes

LABELS = np.eye(3)[[0, 0, 0, 1]]  # of the third class there is none
EVEN = np.ones(4)


def test_the_loss_of_exclusive_classes_is_torchs():
    logits, truth = torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0])
    balance = torch.tensor([1.0, 2.0, 0.5])
    expected = functional.cross_entropy(logits, truth, weight=balance, reduction="none")
    found = cross_entropy(logits, functional.one_hot(truth).float(), balance, exclusive=True)
    torch.testing.assert_close(found, expected)


def test_the_loss_of_other_classes_is_the_mean_of_a_sigmoid_each():
    logits = torch.tensor([[0.0, 0.0]])
    found = cross_entropy(logits, torch.tensor([[1.0, 0.0]]), torch.tensor([3.0, 3.0]), exclusive=False)
    assert found.item() == pytest.approx((3 * np.log(2) + np.log(2)) / 2)


def test_balanced_exclusive_classes_weigh_what_scikit_learn_says():
    balance = weigh_classes(LABELS, EVEN, "balanced", exclusive=True)
    expected = compute_class_weight("balanced", classes=np.arange(2), y=[0, 0, 0, 1])
    assert balance[:2] == pytest.approx(expected)


def test_a_balanced_class_weighs_as_much_as_all_that_is_not_it():
    balance = weigh_classes(LABELS, EVEN, "balanced", exclusive=False)
    assert balance == pytest.approx([1 / 3, 3, 1])


def test_weights_count_and_without_balance_all_classes_are_alike():
    weights = np.array([1.0, 1.0, 0.0, 2.0])
    assert weigh_classes(LABELS, weights, "balanced", exclusive=True)[:2] == pytest.approx([1, 1])
    assert weigh_classes(LABELS, weights, None, exclusive=True).tolist() == [1, 1, 1]
