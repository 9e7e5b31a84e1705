import stance


def test_every_public_name_can_be_imported():
    assert all(getattr(stance, name) is not None for name in stance.__all__)
    assert dir(stance) == sorted(stance.__all__)


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(stance, "nonsense")
