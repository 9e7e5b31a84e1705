"""Each public format on a small sample of our own making, with the habits of the real files."""

import gzip
import json
import re

import pytest

from stance.errors import ReadError
from stance.registry import find_kind, kinds

HEADER = "ID\tTarget\tTweet\tStance\n"

SEMEVAL = {
    "semeval2016-task6-trainingdata.txt": HEADER
    + '1\tTrams\t"Trams are “lovely” #SemST\tFAVOR\n2\tTrams\tNo more rails" #SemST\tAGAINST\n',
    "semeval2016-task6-trialdata.txt": HEADER + "7\tParks\tA bench is a bench. #SemST\tNONE\n",
    "trainingdata-ids.txt": "1\t11\n",
    "SemEval2016-Task6-subtaskA-testdata-gold.txt": HEADER + "9\tParks\tGreen at last\tFAVOR\n",
    "SemEval2016-Task6-subtaskB-testdata-gold.txt": HEADER + "10\tHarbours\tShips stink\tAGAINST\n",
}
TWEETEVAL = {
    "stance/mapping.txt": "0\tnone\n1\tagainst\n2\tfavor",
    "stance/atheism/train_text.txt": "one\u2028line \ntwo \n",
    "stance/atheism/train_labels.txt": "0\n2\n",
    "stance/trams/val_text.txt": "three\n",
    "stance/trams/val_labels.txt": "1",
}
VAST = {
    "VAST/vast_train.csv": "author,post,new_topic,label,topic_str,seen?\n"
    'ann,"Trams, I say,\nare slow.",Trams!,0,trams,1\nann,"Trams, I say,\nare slow.",Parks,2,parks,0\n',
    "VAST/vast_test.csv": "post,topic_str,label\nShips pay.,harbours,1\n",
    "VAST/vast_test-sentswap.csv": "post,topic_str,label\nnot read,x,9\n",
}
PSTANCE = {
    "raw_train_henk.csv": "Tweet,Target,Stance\nHenk for mayor,Old Henk,FAVOR\nSoup,Old Henk,NONE\n",
    "raw_val_henk.csv": "Tweet,Target,Stance\nNever Henk,Old Henk,AGAINST\n",
    "raw_test_henk.csv": "Tweet,Target,Stance\nHenk é bom,Old Henk,FAVOR\n",
}
IBM = {
    "claim_stance_dataset_v1.csv": "topicId,split,topicText,topicTarget,claims.claimId,claims.stance,"
    "claims.claimCorrectedText\n"
    "5,train,Ban trams,trams,1,PRO,Trams are loud\n6,test,Open parks,parks,2,CON,Parks cost\n"
}
MTSC = {
    "primary_gid": "paper_1_2_3_Old Henk_0_4",
    "sentence_normalized": "Henk shouted at Ann.",
    "targets": [
        {"from": 0, "to": 4, "mention": "Henk", "polarity": 2.0, "further_mentions": []},
        {"from": 16, "to": 19, "mention": "Ann", "polarity": 4.0},
    ],
}
HF = {
    "id": "paper_9_2_0_Ann_0_3",
    "sentence": "Ann won.",
    "mention": "Ann",
    "from": 0,
    "to": 3,
    "polarity": 1,
}
NEWSMTSC = {
    "newsmtsc-rw/train.jsonl": json.dumps(MTSC),
    "newsmtsc-mt/train.jsonl": json.dumps(MTSC),
    "newsmtsc-mt-hf/test.jsonl": json.dumps(HF) + "\n",
}
RECORDS = {
    "train.jsonl": '{"id": "1", "text": "Trams ring.", "target": "Trams", "label": "pro", "group": "a"}\n',
    "test.jsonl": '{"more": [1], "text": "Rain.", "target": null, "label": "none", "group": null}\n',
}


def write(folder, files, encoding="utf-8"):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding=encoding, newline="")
    return folder


def read(format, folder):
    return [(t.split, t.text, t.target, t.stance) for t in find_kind("formats", format).read(folder)]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_semeval_keeps_quotation_marks_and_tells_the_subtasks_apart(tmp_path, encoding):
    assert sorted(read("semeval2016", write(tmp_path, SEMEVAL, encoding))) == [
        ("test", "Green at last", "Parks", "favor"),
        ("test_b", "Ships stink", "Harbours", "against"),
        ("train", '"Trams are “lovely”', "Trams", "favor"),
        ("train", "A bench is a bench.", "Parks", "none"),
        ("train", 'No more rails"', "Trams", "against"),
    ]


def test_semeval_is_read_from_tables_with_commas_too(tmp_path):
    header = "Tweet,Target,Stance,Opinion Towards,Sentiment\n"
    files = {
        "StanceDataset/train.csv": header + '"Trams, always",Trams,FAVOR,1. TARGET,pos\n',
        "StanceDataset/test.csv": header + "Ships,Harbours,AGAINST,2. OTHER,neg\nRails,Trams,NONE,x,other\n",
    }
    assert read("semeval2016", write(tmp_path, files)) == [
        ("test_b", "Ships", "Harbours", "against"),
        ("test", "Rails", "Trams", "none"),
        ("train", "Trams, always", "Trams", "favor"),
    ]


def test_tweeteval_is_read_from_the_folder_of_all_targets_or_of_one(tmp_path):
    folder = write(tmp_path, TWEETEVAL)
    expected = [
        ("train", "one\u2028line", "Atheism", "none"),
        ("train", "two", "Atheism", "favor"),
        ("validation", "three", "trams", "against"),
    ]
    assert read("tweeteval", folder) == expected
    assert read("tweeteval", folder / "stance" / "atheism") == expected[:2]


def test_vast_keeps_a_comment_together_whose_topics_differ(tmp_path):
    texts = list(find_kind("formats", "vast").read(write(tmp_path, VAST)))
    assert [(t.split, t.text, t.target, t.stance) for t in texts] == [
        ("test", "Ships pay.", "harbours", "pro"),
        ("train", "Trams, I say,\nare slow.", "trams", "con"),
        ("train", "Trams, I say,\nare slow.", "parks", "neutral"),
    ]
    assert texts[1].group == texts[2].group != texts[0].group


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_pstance_has_two_stances(tmp_path, encoding):
    assert read("pstance", write(tmp_path, PSTANCE, encoding)) == [
        ("test", "Henk é bom", "Old Henk", "favor"),
        ("train", "Henk for mayor", "Old Henk", "favor"),
        ("validation", "Never Henk", "Old Henk", "against"),
    ]


def test_ibm_claims_stay_with_their_motion(tmp_path):
    texts = list(find_kind("formats", "ibm_claim_stance").read(write(tmp_path, IBM)))
    assert [(t.split, t.text, t.target, t.stance, t.group) for t in texts] == [
        ("train", "Trams are loud", "Ban trams", "pro", "topic-5"),
        ("test", "Parks cost", "Open parks", "con", "topic-6"),
    ]


def test_newsmtsc_is_read_in_both_forms_and_its_training_file_once(tmp_path):
    texts = list(find_kind("formats", "newsmtsc").read(write(tmp_path, NEWSMTSC)))
    assert sorted((t.split, t.text, t.target, t.stance, t.group) for t in texts) == [
        ("test_mt", "Ann won.", "Ann", "positive", "paper_9_2"),
        ("train", "Henk shouted at Ann.", "Ann", "neutral", "paper_1_2"),
        ("train", "Henk shouted at Ann.", "Henk", "negative", "paper_1_2"),
    ]


def test_plain_records_may_be_gzipped_and_without_target(tmp_path):
    folder = write(tmp_path, {"train.jsonl": RECORDS["train.jsonl"]})
    (folder / "test.jsonl.gz").write_bytes(gzip.compress(RECORDS["test.jsonl"].encode()))
    texts = list(find_kind("formats", "records").read(folder))
    assert [(t.split, t.text, t.target, t.stance, t.group) for t in texts] == [
        ("test", "Rain.", "", "none", "test-1"),
        ("train", "Trams ring.", "Trams", "pro", "a"),
    ]


@pytest.mark.parametrize(
    ("format", "files", "message"),
    [
        (
            "semeval2016",
            {"xdata.txt": HEADER + "1\tTrams\tNice\tfavour\n"},
            "xdata.txt, line 2: 'Stance' must be one of ['FAVOR', 'AGAINST', 'NONE'], found",
        ),
        (
            "semeval2016",
            {"xdata.txt": HEADER + "1\tTrams\tNice\n"},
            "line 2: expected 4 columns as in the header, found 3",
        ),
        (
            "semeval2016",
            {"xdata.txt": "ID\tTweet\n1\tNice\n"},
            "line 2: no column 'Target'; found ['ID', 'Tweet']",
        ),
        (
            "tweeteval",
            {"a/val_text.txt": "x\ny\n", "a/val_labels.txt": "1\n"},
            "val_labels.txt: expected a line for each of the 2 in val_text.txt, found 1",
        ),
        (
            "tweeteval",
            {"a/val_text.txt": "x\n", "a/val_labels.txt": "3\n"},
            "val_labels.txt, line 1: 'label' must be one of ['0', '1', '2'], found '3'",
        ),
        (
            "vast",
            {"vast_dev.csv": 'post,topic_str,label\n"a\nb",t,1\n ,t,1\n'},
            "vast_dev.csv, line 4: 'post' is empty",
        ),
        (
            "pstance",
            {"raw_test_x.csv": "Tweet,Target,Stance\nx,y,LOVE\n"},
            "line 2: 'Stance' must be one of ['FAVOR', 'AGAINST'], found 'LOVE'",
        ),
        (
            "newsmtsc",
            {"rw/train.jsonl": json.dumps(MTSC).replace("4.0", "5.0")},
            "train.jsonl, line 1: 'polarity' must be one of",
        ),
        (
            "newsmtsc",
            {"rw/train.jsonl": '{"targets": ["a"]}\n'},
            "line 1: 'targets' must be a list of objects",
        ),
        ("records", {"train.jsonl": '{"text": ["A"], "label": "b"}\n'}, "line 1: 'text' must be a text or a"),
        ("newsmtsc", {"rw/train.jsonl": "{}\n[1]\n"}, "line 1: 'sentence' is empty"),
        (
            "records",
            {"train.jsonl": '\n{"text": "x"}\n'},
            "train.jsonl, line 2: no column 'label'; found ['text']",
        ),
        ("records", {"train.jsonl": "[1]\n"}, "line 1: expected a JSON object, found list"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path, format, files, message):
    with pytest.raises(ReadError, match=re.escape(message)):
        read(format, write(tmp_path, files))


@pytest.mark.parametrize("format", kinds("formats"))
def test_a_folder_without_the_files_says_which_were_expected(tmp_path, format):
    with pytest.raises(ReadError, match=r"expected a folder with files named .+, found none"):
        read(format, tmp_path)
