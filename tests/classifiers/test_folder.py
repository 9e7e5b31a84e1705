import errno
import hashlib
import json
import os
import shutil

import pytest

from stance.classifiers import folder
from stance.classifiers.folder import check_target, load_model, save_model
from stance.errors import ModelError
from tests.town import town_news


@pytest.fixture
def copy(town_model, tmp_path):
    return shutil.copytree(town_model, tmp_path / "copy")


def test_a_saved_model_says_what_it_said_before(town_training, copy):
    news = town_news(3, seed=9)
    assert load_model(copy).predict_labels(news) == town_training.model.predict_labels(news)


@pytest.mark.parametrize("name", ["taxonomy.yaml", "topics/linear.npz", "README.md"])
def test_a_changed_file_is_refused_by_name(copy, name):
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    with pytest.raises(ModelError, match=rf"{name} was changed"):
        load_model(copy)


def test_a_missing_file_is_refused_by_name(copy):
    (copy / "calibration.json").unlink()
    with pytest.raises(ModelError, match=r"calibration\.json is missing"):
        load_model(copy)


def test_a_file_that_is_not_listed_is_refused_by_name(copy):
    (copy / "stance" / "extra.pkl").write_bytes(b"")
    with pytest.raises(ModelError, match=r"stance/extra\.pkl is not in the manifest"):
        load_model(copy)


def test_another_format_is_refused(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(ModelError, match="has format 99, but stance"):
        load_model(copy)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(copy, content):
    (copy / "manifest.json").write_text(content)
    with pytest.raises(ModelError, match="is not a manifest that this package wrote"):
        load_model(copy)


def test_a_folder_without_manifest_is_no_model(tmp_path):
    with pytest.raises(ModelError, match=r"it has no manifest\.json\. Make one with `stance train`"):
        load_model(tmp_path)


def test_saving_replaces_an_earlier_model(town_training, copy):
    save_model(town_training.model, copy, card="new")
    assert load_model(copy).name == "town-linear"
    assert (copy / "README.md").read_text() == "new"


def test_saving_spares_a_folder_of_other_files(town_training, tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(ModelError, match=r"holds files that are not a model's: \['thesis.doc'\]"):
        save_model(town_training.model, tmp_path, card="")
    assert (tmp_path / "thesis.doc").exists()


@pytest.mark.parametrize("name", [".env", ".git/config"])
def test_saving_spares_a_hidden_file(town_training, tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("secret")
    with pytest.raises(ModelError, match=rf"holds files that are not a model's: \['{name}'\]"):
        save_model(town_training.model, tmp_path, card="")


def test_a_folder_may_be_named_by_a_link(town_training, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    save_model(town_training.model, tmp_path / "link", card="")
    assert load_model(tmp_path / "real").name == "town-linear"
    assert (tmp_path / "link").is_symlink()


def test_a_model_that_cannot_be_written_whole_leaves_the_earlier_one(town_training, copy, monkeypatch):
    before = (copy / "manifest.json").read_bytes()

    def fail(path, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder, "_write_yaml", fail)
    with pytest.raises(ModelError, match=r"copy cannot be written: No space left on device"):
        save_model(town_training.model, copy, card="")
    assert (copy / "manifest.json").read_bytes() == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_model_that_cannot_take_its_place_is_kept_beside_it(town_training, copy, monkeypatch):
    def fail(path, *_, **__):
        if path == copy:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(folder.shutil, "rmtree", fail)
    with pytest.raises(ModelError, match=r"cannot be replaced: .*busy\. The model is whole in .*partial"):
        save_model(town_training.model, copy, card="")
    monkeypatch.undo()
    assert load_model(copy.with_name("copy.partial")).name == load_model(copy).name == "town-linear"


@pytest.mark.parametrize("name", ["file/model", "/proc/model"])
def test_what_cannot_be_made_is_refused_before_training(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="cannot be made"):
        check_target(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("traces.npz", b"PK\x03\x04aaaa"),
        ("taxonomy.yaml", b"a: ["),
        ("held_out.npz", b""),
        ("config.yaml", b"!!python/object/apply:os.system [ls]"),
        ("metrics.json", b"[" * 100_000),
        ("manifest.json", b"[" * 100_000),
    ],
)
def test_a_broken_file_is_refused_though_its_digest_fits(copy, name, content):
    (copy / name).write_bytes(content)
    if name != "manifest.json":
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
        (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError):
        load_model(copy)


def test_a_link_is_refused(copy, tmp_path):
    (tmp_path / "outside").write_text("x")
    (copy / "extra").symlink_to(tmp_path / "outside")
    with pytest.raises(ModelError, match="extra is a link"):
        load_model(copy)


def test_parts_outside_the_folder_are_refused(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["kinds"] = {"../outside": "linear", "stance": "linear"}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="the manifest has parts"):
        load_model(copy)


@pytest.mark.parametrize("name", [".DS_Store", "desktop.ini", "topics/Thumbs.db", ".git/objects/12"])
def test_what_the_system_leaves_is_no_change(copy, name):
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).touch()
    assert load_model(copy).name == "town-linear"
