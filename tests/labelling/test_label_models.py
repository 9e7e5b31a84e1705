import numpy as np
import pytest

from stance.labelling.label_models import DawidSkene, MajorityVote, WeightedMajorityVote
from stance.labelling.votes import is_unlabelled, supports
from stance.types import ABSTAIN, vote_against

MODELS = [MajorityVote, WeightedMajorityVote, DawidSkene]


def make_votes(n_examples, accuracies, balance, *, coverage=0.7, against=0.0, seed=0):
    """Votes of independent functions of known accuracy; a share of the votes says only "not this label"."""
    rng = np.random.default_rng(seed)
    n_labels = len(balance)
    gold = rng.choice(n_labels, size=n_examples, p=balance)
    columns = []
    for accuracy in accuracies:
        wrong = (gold + rng.integers(1, n_labels, size=n_examples)) % n_labels
        vote = np.where(rng.random(n_examples) < accuracy, gold, wrong)
        other = (vote + 1) % n_labels
        vote = np.where(rng.random(n_examples) < against, vote_against(0) - other, vote)
        columns.append(np.where(rng.random(n_examples) < coverage, vote, ABSTAIN))
    return np.stack(columns, axis=1), gold


@pytest.fixture(scope="module")
def mixed():
    return make_votes(400, [0.9, 0.8, 0.7, 0.6], [0.5, 0.3, 0.2], coverage=0.4, against=0.3)


@pytest.mark.parametrize("model", MODELS)
def test_rows_sum_to_one(model, mixed):
    votes, _ = mixed
    probabilities = model().fit(votes, 3).predict_proba(votes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert probabilities.min() >= 0


@pytest.mark.parametrize("model", MODELS)
def test_a_label_nobody_voted_for_gets_nothing(model, mixed):
    votes, _ = mixed
    probabilities = model().fit(votes, 3).predict_proba(votes)
    unsupported = ~supports(votes, 3).any(axis=1) & ~is_unlabelled(votes)[:, None]
    assert unsupported.any()
    assert (probabilities[unsupported] == 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_row_on_which_all_abstain_is_uniform(model, mixed):
    votes, _ = mixed
    probabilities = model().fit(votes, 3).predict_proba(np.full((2, 4), ABSTAIN))
    np.testing.assert_allclose(probabilities, 1 / 3)


@pytest.mark.parametrize("model", MODELS)
def test_permuting_the_functions_changes_nothing(model, mixed):
    votes, _ = mixed
    order = [2, 0, 3, 1]
    straight = model().fit(votes, 3).predict_proba(votes)
    permuted = model().fit(votes[:, order], 3).predict_proba(votes[:, order])
    np.testing.assert_allclose(permuted, straight, atol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_permuting_the_labels_permutes_the_probabilities(model, mixed):
    votes, _ = mixed
    rename = np.array([1, 2, 0])
    codes = [*(vote_against(k) for k in rename[::-1]), ABSTAIN, *rename]
    renamed = np.array(codes)[votes - vote_against(2)]
    before = model().fit(votes, 3).predict_proba(votes)
    after = model().fit(renamed, 3).predict_proba(renamed)
    np.testing.assert_allclose(after[:, rename], before, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_no_rows_and_no_functions_are_no_error(model):
    fitted = model().fit(np.empty((0, 2), dtype=int), 2)
    assert fitted.predict_proba(np.empty((0, 2), dtype=int)).shape == (0, 2)
    nobody = model().fit(np.empty((3, 0), dtype=int), 2).predict_proba(np.empty((3, 0), dtype=int))
    np.testing.assert_allclose(nobody, 0.5)


@pytest.mark.parametrize("model", MODELS)
def test_the_class_balance_is_checked(model):
    with pytest.raises(ValueError, match="2 shares that sum to one"):
        model().fit(np.array([[0, 1]]), 2, class_balance=np.array([0.5, 0.6]))


def test_predicting_before_fitting_is_refused():
    with pytest.raises(ValueError, match="MajorityVote is not fitted"):
        MajorityVote().predict_proba(np.array([[0]]))


def test_majority_counts_a_vote_against_as_shares_for_the_others():
    votes = np.array([[0, vote_against(0), ABSTAIN]])
    np.testing.assert_allclose(MajorityVote().fit(votes, 3).predict_proba(votes), [[0.5, 0.25, 0.25]])


def test_weighted_majority_prefers_the_frequent_label():
    votes = np.array([[0, 1]])
    model = WeightedMajorityVote().fit(votes, 2, class_balance=np.array([0.2, 0.8]))
    np.testing.assert_allclose(model.predict_proba(votes), [[0.2, 0.8]])


def test_weighted_majority_keeps_the_only_voted_label_even_if_the_balance_gives_it_nothing():
    model = WeightedMajorityVote().fit(np.array([[0]]), 2, class_balance=np.array([1.0, 0.0]))
    assert model.predict_proba(np.array([[1]])).tolist() == [[0.0, 1.0]]


def test_dawid_skene_recovers_known_accuracies_and_balance():
    accuracies = [0.95, 0.85, 0.75, 0.65, 0.6]
    votes, _ = make_votes(5000, accuracies, [0.5, 0.3, 0.2], seed=1)
    model = DawidSkene().fit(votes, 3)
    found = [
        (errors[:, 1:4].diagonal() / errors[:, 1:4].sum(axis=1)) @ model.class_balance_
        for errors in model.error_tables_
    ]
    np.testing.assert_allclose(found, accuracies, atol=0.04)
    np.testing.assert_allclose(model.class_balance_, [0.5, 0.3, 0.2], atol=0.04)


def test_dawid_skene_beats_the_majority_where_functions_differ_in_accuracy():
    votes, gold = make_votes(4000, [0.95, 0.6, 0.55, 0.55, 0.5], [0.5, 0.5], coverage=0.9, seed=2)
    scores = [
        (model().fit(votes, 2).predict_proba(votes).argmax(axis=1) == gold).mean()
        for model in (MajorityVote, DawidSkene)
    ]
    assert scores[1] > scores[0] + 0.1


def test_dawid_skene_learns_from_votes_against():
    votes, gold = make_votes(3000, [0.9, 0.9, 0.8, 0.8], [0.4, 0.3, 0.3], coverage=0.9, against=0.5, seed=3)
    prediction = DawidSkene().fit(votes, 3).predict_proba(votes).argmax(axis=1)
    assert (prediction == gold).mean() > 0.85


def test_dawid_skene_keeps_a_given_class_balance():
    votes, _ = make_votes(500, [0.8, 0.7], [0.5, 0.5])
    model = DawidSkene().fit(votes, 2, class_balance=np.array([0.9, 0.1]))
    assert model.class_balance_.tolist() == [0.9, 0.1]


def test_dawid_skene_refuses_another_number_of_functions():
    model = DawidSkene().fit(np.array([[0, 1]]), 2)
    with pytest.raises(ValueError, match="fitted on 2 functions, found votes of 1"):
        model.predict_proba(np.array([[0]]))
