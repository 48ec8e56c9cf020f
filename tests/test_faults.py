"""Faults of logs, merges, coders, documents and hostile files, and the tests that meet each.

The numbers are those of the project's list of faults; `ROWS` says where each is met, and a test
sees that every test named there exists. What crosses rooms is tested here, through the command
line: a clear message, the other documents go on, nothing lost.
"""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.cli import main
from themeweave.corpus.readers import read_document
from themeweave.findings.extract import extract
from themeweave.review import documents
from themeweave.review.events import Log, read_log
from themeweave.review.files import quiet, sweep, write_file
from themeweave.review.folder import open_folder
from themeweave.review.log import Entry
from themeweave.review.session import Session

from .corpus.readers import made_pdf as pdfs
from .corpus.readers.test_pdf import copies

TESTS = Path(__file__).parent
AT = "2026-01-02T03:04:05Z"
READERS = "corpus/readers/test_"
ROWS = {  # number: (fault, {file: tests})
    1: (
        "killed while decisions are appended",
        {
            "review/test_session": [
                "a_kill_while_decisions_pour_in_loses_none_that_was_acknowledged"
            ],
            "review/test_log": ["a_kill_loses_no_acknowledged_decision"],
        },
    ),
    2: (
        "a last line that a crash cut short",
        {
            "review/test_session": ["the_tail_that_a_crash_left_does_not_stop_the_next_append"],
            "review/test_log": ["a_last_line_cut_anywhere_costs_only_itself"],
        },
    ),
    3: (
        "killed while 200 documents are added",
        {"test_faults": ["an_adding_that_is_killed_again_and_again_ends_whole"]},
    ),
    4: (
        "killed during run",
        {"review/test_folder": ["a_failure_before_the_rename_leaves_the_old_file_and_no_part"]},
    ),
    5: (
        "disk full",
        {
            "review/test_session": ["a_full_disk_loses_nothing_says_so_and_can_be_tried_again"],
            "review/test_folder": ["a_failure_before_the_rename_leaves_the_old_file_and_no_part"],
        },
    ),
    6: (
        "a folder that cannot be written to",
        {
            "web/test_guard": ["a_folder_that_cannot_be_written_to_is_shown_and_takes_nothing"],
            "review/test_log": ["a_read_only_folder_is_said_to_be_one"],
        },
    ),
    7: (
        "a log, settings of 0 bytes",
        {
            "review/test_log": ["an_empty_log_is_named_and_not_taken_for_no_decisions"],
            "review/test_merge": [
                "damaged_logs_and_names_that_leave_the_folder_are_refused_and_nothing_is_changed"
            ],
        },
    ),
    8: (
        "a log cut at half",
        {
            "review/test_log": ["damage_is_named_by_its_line_and_what_stands_before_it_counts"],
            "review/test_folder": ["a_damaged_log_is_a_warning_and_the_events_before_count"],
        },
    ),
    9: (
        "bytes that flip",
        {
            "review/test_log": ["a_byte_that_flips_never_crashes_and_never_counts_wrongly"],
        },
    ),
    10: (
        "a log edited by hand",
        {
            "review/test_log": ["damage_is_named_by_its_line_and_what_stands_before_it_counts"],
        },
    ),
    11: (
        "a mark, CRLF or no last newline in a log",
        {
            "review/test_log": ["line_ends_and_spacing_change_nothing"],
        },
    ),
    12: (
        "two processes append to one log",
        {
            "review/test_session": [
                "what_another_program_wrote_is_read_before_anything_is_written",
                "what_a_command_decides_meanwhile_is_noticed",
            ],
            "review/test_log": [
                "two_processes_that_append_at_once_both_complete",
                "who_holds_a_log_is_told",
            ],
        },
    ),
    13: (
        "copies that sync programs make of a log",
        {
            "review/test_copies": [
                "a_copy_is_known_by_its_name",
                "a_copy_of_a_log_counts_and_is_named_with_what_only_it_has",
                "copies_of_sheets_and_codebooks_are_named_and_not_read",
            ],
            "review/test_merge": ["without_another_folder_copies_of_logs_are_taken_in"],
        },
    ),
    14: (
        "one coder on two computers",
        {
            "review/test_log": [
                "lines_of_two_branches_in_one_file_all_count",
                "the_next_line_comes_after_the_ends_of_all_branches",
            ],
            "codes/test_coding": [
                "what_a_coder_ruled_in_two_places_is_disputed_where_it_contradicts"
            ],
            "review/test_merge": [
                "every_ruling_of_a_coder_in_two_places_is_kept_and_contradictions_are_disputed"
            ],
        },
    ),
    19: (
        "kinds of events that are not known",
        {
            "review/test_log": ["unknown_kinds_of_events_are_kept_and_do_not_count"],
            "review/test_folder": ["a_torn_line_and_unknown_events_are_warned_of"],
        },
    ),
    24: (
        "the clock goes back",
        {
            "review/test_many_writers": ["the_place_in_the_log_orders_and_not_the_clock"],
        },
    ),
    25: (
        "the same operation sent again",
        {
            "web/test_code": ["sending_an_act_again_changes_nothing"],
            "review/test_log": ["an_event_id_is_written_once"],
        },
    ),
    26: (
        "logs read in any order",
        {
            "review/test_log": [
                "branches_count_alike_whatever_file_they_stand_in_and_in_any_order"
            ],
            "codes/test_coding": ["the_order_of_suggestions_and_decisions_does_not_matter"],
        },
    ),
    27: (
        "two coders rule on one finding",
        {
            "review/test_log": ["two_coders_who_import_the_same_sheet_both_count"],
        },
    ),
    29: (
        "a codebook edited while the page is open",
        {"review/test_session": ["a_folder_that_gets_a_fault_stays_as_it_was_and_says_so"]},
    ),
    32: (
        "blindness, as far as what is shown is asked for in a viewer's name",
        {
            "review/test_session": [
                "whoever_may_not_see_a_ruling_sees_neither_it_nor_what_it_makes"
            ],
            "review/test_team": [
                "what_is_coded_blind_only_its_coder_sees",
                "no_output_holds_what_is_blind",
                "no_export_holds_what_is_blind",
                "no_explanation_and_no_suggestion_is_made_of_what_is_blind",
                "the_workbench_learns_from_what_everybody_may_see",
            ],
            "web/test_compare": [
                "no_route_tells_a_coder_what_another_one_codes_blind",
                "what_another_one_codes_blind_changes_no_page",
            ],
        },
    ),
    33: (
        "a ruling on what is submitted or settled",
        {
            "review/test_team": [
                "what_is_submitted_cannot_be_changed_before_the_reveal_and_can_afterwards",
                "what_is_submitted_cannot_be_withdrawn",
                "what_is_settled_is_closed_to_coders",
            ],
            "review/teamwork/test_teamwork": [
                "giving_back_is_for_adjudicators_with_a_reason_before_the_reveal"
            ],
        },
    ),
    34: (
        "two servers on one folder",
        {
            "review/test_session": [
                "a_second_program_is_told_who_keeps_the_folder_open",
                "a_lock_that_a_crash_left_behind_holds_nobody_up",
            ]
        },
    ),
    35: (
        "twenty coders with a thousand decisions each, at once",
        {
            "review/test_session": [
                "twenty_writers_at_once_lose_no_decision",
                "decisions_that_wait_for_the_disk_are_flushed_together",
            ],
            "review/test_many_writers": [
                "twenty_writers_of_a_thousand_decisions_each_are_stored_exactly",
                "twenty_who_write_to_one_log_at_once_leave_one_chain",
            ],
        },
    ),
    36: (
        "logs of offline coders brought together, twice, with sheets that differ",
        {
            "review/test_merge": [
                "merging_is_lossless_the_same_in_any_order_and_idempotent",
                "sheets_and_codebooks_that_differ_are_said_and_left_as_they_are",
            ],
        },
    ),
    37: (
        "a browser tab that slept",
        {
            "web/test_code": ["a_page_that_slept_gets_a_conflict_and_what_stands_now"],
            "web/test_in_browser": [
                "a_tab_that_slept_shows_what_stands_and_keeps_what_was_chosen",
                "an_act_waits_in_the_browser_while_the_workbench_does_not_answer",
            ],
        },
    ),
    15: (
        "marks of an unfinished merge in a sheet or a log",
        {
            "corpus/test_sheets": ["a_merge_that_git_left_unfinished_is_refused"],
            "review/test_merge": [
                "what_git_leaves_of_two_branches_counts_once_its_marks_are_deleted"
            ],
        },
    ),
    16: (
        "an event names a theme that is no longer there",
        {"review/test_revise": ["what_rested_on_an_undone_act_is_kept_and_listed"]},
    ),
    31: (
        "themes merged while others are coding",
        {
            "themes/test_revise": [
                "acceptances_follow_a_merge_and_rejections_do_not",
                "acts_on_a_theme_that_was_merged_meanwhile_are_listed",
                "a_merge_into_a_theme_that_is_gone_goes_where_that_went",
            ],
            "review/test_revise": [
                "undo_takes_back_the_whole_of_the_latest_command_and_then_the_one_before"
            ],
        },
    ),
    38: (
        "a circle by two moves in two logs",
        {
            "themes/test_revise": [
                "two_moves_that_would_close_a_circle_have_one_winner_and_the_other_is_listed",
                "any_history_gives_a_tree_without_circles_in_any_order_of_reading",
            ]
        },
    ),
    17: (
        "a folder of a newer program",
        {
            "review/test_settings": [
                "a_newer_format_is_refused_with_both_numbers_before_its_new_keys"
            ],
            "review/test_documents": ["a_record_of_a_newer_program_is_refused"],
        },
    ),
    20: (
        "outputs deleted or edited by hand",
        {
            "test_main_job": [
                "a_second_run_changes_no_byte_and_deleted_outputs_come_back",
                "an_output_edited_by_hand_is_kept_beside_the_new_one",
            ],
        },
    ),
    21: (
        "a folder copied while somebody codes",
        {"test_faults": ["a_copy_made_while_somebody_codes_opens_and_is_what_was_there_then"]},
    ),
    23: (
        "a folder that a sync program or a network keeps",
        {
            "review/test_synced": [
                "the_folders_of_sync_programs_are_known_by_their_names",
                "marks_and_mounts_tell_what_names_do_not",
                "it_is_told_once_and_again_only_where_another_program_keeps_the_folder",
                "init_says_it_and_check_notes_it_without_calling_it_a_fault",
            ],
            "web/test_serve": ["a_folder_that_a_sync_program_keeps_is_served_with_one_warning"],
        },
    ),
    28: (
        "two people change one code",
        {
            "web/test_codebook": [
                "the_second_of_two_who_change_a_definition_gets_both_texts",
            ],
            "web/test_codebook_in_browser": ["a_change_is_previewed_applied_and_taken_back"],
        },
    ),
    30: (
        "a code that is renamed, retired or deleted while somebody applies it",
        {
            "web/test_codebook": [
                "a_code_that_is_renamed_or_retired_keeps_the_rulings_of_those_who_apply_it",
                "a_code_that_is_deleted_in_the_file_loses_no_ruling",
            ],
            "codes/test_codebook": ["a_retired_code_keeps_its_name_for_the_decisions_that_name_it"],
        },
    ),
    56: (
        "codes that YAML takes for truth, numbers or dates",
        {"codes/test_files": ["an_id_stays_the_text_that_was_written"]},
    ),
    57: (
        "two codes of one id, a parent that is not there, a circle, 10,000 codes",
        {
            "codes/test_files": [
                "all_faults_of_the_tree_are_listed_at_once_with_their_lines",
                "ten_thousand_codes_in_one_deep_branch_are_read",
            ]
        },
    ),
    58: (
        "tags and alias bombs in YAML",
        {
            "codes/test_files": [
                "a_tag_is_refused_and_nothing_is_made_of_it",
                "an_alias_bomb_is_refused_without_being_unfolded",
            ]
        },
    ),
    59: (
        "settings that are not known, or of another kind",
        {
            "review/test_settings": [
                "unknown_keys_at_every_level_are_named_all_at_once",
                "a_wrong_value_is_named_with_what_it_should_be",
            ]
        },
    ),
    63: (
        "one study alone, variances of nothing or below it",
        {
            "effects/test_pool": [
                "one_study_is_its_own_estimate_and_the_rest_is_told_as_not_estimable",
                "variances_that_cannot_be_are_named",
            ]
        },
    ),
    66: (
        "one process, several, a cluster",
        {
            "review/test_batch_run": ["the_bytes_are_the_same_for_any_number_of_workers"],
            "review/test_cluster": [
                "a_cluster_gives_the_same_bytes_though_a_worker_is_killed_on_the_way"
            ],
        },
    ),
    22: (
        "no review folder",
        {"review/test_documents": ["another_folder_no_file_and_a_missing_file_are_said"]},
    ),
    39: (
        "cp1252, UTF-16 with and without its mark, mixed",
        {
            "test_faults": ["an_encoding_is_asked_for_followed_and_kept_in_the_record"],
            READERS + "canonical": [
                "cp1252_is_shown_but_not_trusted",
                "a_file_in_two_encodings_is_named_by_its_first_bad_byte",
                "utf_16_without_its_mark_asks",
                "bytes_become_canonical_text",
            ],
            "corpus/test_encoding": ["utf16_without_its_mark_is_named_and_shown"],
        },
    ),
    40: (
        "mark, CRLF and lone CR",
        {
            "test_faults": ["quotations_stand_at_their_offsets_from_document_to_table"],
            READERS + "canonical": ["bytes_become_canonical_text"],
        },
    ),
    41: (
        "emoji, combining marks, right to left, CJK, zero width",
        {
            "test_faults": [
                "quotations_stand_at_their_offsets_from_document_to_table",
                "any_words_in_a_finding_stand_at_its_offsets",
            ],
            READERS + "canonical": ["a_quote_keeps_its_offsets_through_storing"],
        },
    ),
    42: (
        "NUL and control characters",
        {
            "test_faults": [
                "control_characters_are_taken_out_and_said",
                "tables_open_whatever_control_characters_a_sheet_holds",
            ],
            READERS + "canonical": ["what_is_removed_or_was_lost_is_said"],
        },
    ),
    43: (
        "empty, or white space alone",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "sniff": ["an_empty_file_is_refused"],
        },
    ),
    44: (
        "a scan",
        {READERS + "pdf": ["pages_without_text_are_named_and_ocr_is_pointed_to"]},
    ),
    45: (
        "an encrypted PDF",
        {
            "test_faults": ["a_password_is_asked_for_and_stands_nowhere"],
            READERS + "pdf": [
                "an_encrypted_pdf_asks_for_its_password_and_never_shows_it",
                "the_password_stands_in_no_command_line",
            ],
        },
    ),
    46: (
        "a broken PDF, a wrong suffix, two kinds in one file",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "pdf": ["a_broken_pdf_is_named_in_clear_words"],
            READERS + "sniff": [
                "a_wrong_suffix_is_noted",
                "a_file_that_is_two_things_is_refused",
            ],
        },
    ),
    47: (
        "a PDF that loops or eats memory",
        {
            READERS + "pdf": [
                "a_pdf_that_never_ends_is_ended_at_its_time_limit",
                "a_pdf_that_eats_memory_is_ended_at_its_memory_limit",
            ]
        },
    ),
    48: (
        "2,000 pages",
        {
            "test_faults": ["the_pages_of_a_long_pdf_are_told_as_they_are_read"],
            READERS + "pdf": [
                "two_thousand_pages_are_read_in_bounded_memory_with_progress",
                "the_time_limit_grows_with_pages_that_are_read_and_not_for_ever",
                "a_page_that_was_read_makes_the_time_longer_up_to_the_most",
                "reading_can_be_stopped_between_pages",
            ],
        },
    ),
    49: (
        "two columns, ligatures, hyphens, running heads",
        {
            READERS + "printed": [
                "a_printed_article_has_the_sentences_of_its_markdown",
                "the_box_of_every_run_holds_its_words",
            ],
            READERS + "pdf": [
                "running_heads_and_page_numbers_go_and_are_counted_and_other_lines_stay"
            ],
            READERS + "pdf_words": [
                "a_hyphen_at_the_end_of_a_line",
                "ligatures_are_unified_and_soft_hyphens_go",
            ],
        },
    ),
    50: (
        "the same document twice, a new version",
        {
            "review/test_documents": [
                "adding_again_skips_what_is_there",
                "the_same_text_under_another_name_is_a_duplicate",
                "findings_of_a_new_version_are_tied_to_it_and_those_that_are_lost_are_listed",
            ],
            "cli/test_findings": ["a_new_version_says_what_no_longer_matches"],
        },
    ),
    51: (
        "tracked changes, footnotes, text boxes",
        {
            READERS + "docx": [
                "changes_are_read_as_accepted_and_counted",
                "footnotes_comments_boxes_and_pictures_are_counted",
            ]
        },
    ),
    52: (
        "segmentation of any text",
        {"corpus/test_segments": ["the_joined_sentences_are_the_text", "no_text_takes_long"]},
    ),
    53: (
        "[3-1], [1-99999], (Smith, 20199)",
        {
            "corpus/test_citations": ["what_does_not_resolve_stays_visible_with_the_reason"],
            READERS + "jats": ["a_range_from_one_to_a_hundred_thousand_is_not_filled_in"],
            "test_faults": ["citations_that_lead_nowhere_are_listed_by_name"],
        },
    ),
    54: (
        "RIS without TY or ER, BibTeX unclosed, NBIB cut",
        {
            "corpus/references/test_references": [
                "what_cannot_be_read_is_counted_and_listed",
                "a_file_cut_anywhere_loses_no_record_silently",
            ],
            "test_faults": ["every_record_of_a_reference_list_is_accounted_for"],
        },
    ),
    55: (
        "one DOI at two titles",
        {
            "corpus/references/test_references": [
                "one_doi_at_two_titles_is_a_conflict_and_both_stay"
            ],
            "test_faults": ["every_record_of_a_reference_list_is_accounted_for"],
        },
    ),
    67: (
        "a document that poisons its worker",
        {"test_faults": ["a_bad_file_is_named_and_the_others_go_on"]},
    ),
    60: (
        "kappa with one category, one coder, no units in common",
        {
            "codes/test_agreement": [
                "one_label_only_is_undefined_not_perfect",
                "what_cannot_be_compared_is_undefined_with_the_reason",
                "draws_in_which_a_statistic_is_undefined_are_counted",
            ]
        },
    ),
    61: (
        "overlap of one review, of no study, of rows that stand twice",
        {
            "evidence/test_overlap": ["overlap_that_is_undefined_is_not_zero"],
            "corpus/test_reviews": ["all_faults_of_the_citations_are_listed_with_row_and_column"],
            "evidence/test_support": ["a_list_that_is_not_known_is_not_zero_studies"],
        },
    ),
    62: (
        "overlap at the edge of a band",
        {"evidence/test_overlap": ["bands_go_by_the_value_that_is_not_rounded"]},
    ),
    64: (
        "a sign without 'lower is better'",
        {"cli/test_evidence": ["direction_lists_what_cannot_be_told_and_exits_with_3"]},
    ),
    65: (
        "AMSTAR 2 with an item missing, not applicable on a critical one, an unknown profile",
        {
            "evidence/test_appraisal": [
                "a_missing_item_or_one_not_applicable_where_that_is_not_allowed_leaves_no_grade"
            ],
            "evidence/test_profiles": [
                "an_unknown_profile_names_those_that_are_shipped",
                "all_faults_of_a_profile_are_listed",
            ],
            "review/test_appraisals": [
                "every_fault_of_the_sheets_is_listed_and_nothing_is_written"
            ],
        },
    ),
    68: (
        "stopped in the middle",
        {"test_faults": ["a_stop_keeps_what_was_added_and_says_how_to_go_on"]},
    ),
    69: (
        "archives whose names leave the folder, links, two of one name",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "gates": [
                "names_that_leave_the_archive_are_refused",
                "two_members_of_one_name_are_refused",
                "links_are_refused",
            ],
        },
    ),
    70: (
        "ZIP bombs",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "gates": [
                "a_bomb_is_stopped_by_its_ratio",
                "a_bomb_is_stopped_by_its_size",
                "a_member_that_lies_about_its_size_is_stopped",
                "members_without_end_are_stopped_before_the_directory_is_read",
                "members_are_read_by_name",
            ],
            "corpus/test_sheets": [
                "a_workbook_that_unpacks_to_far_more_than_it_holds_is_stopped_before_it_is_unpacked"
            ],
        },
    ),
    71: (
        "XML with entities or an outside DTD",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "gates": [
                "xml_that_declares_entities_is_refused",
                "a_document_type_that_is_not_known_is_refused",
                "a_known_document_type_is_let_in_and_its_dtd_never_read",
            ],
            READERS + "docx": ["a_doctype_in_any_part_that_is_read_is_refused"],
            "corpus/references/test_references": ["a_file_that_cannot_be_read_at_all_is_named"],
        },
    ),
    72: (
        "nesting without end",
        {
            "test_faults": ["a_bad_file_is_named_and_the_others_go_on"],
            READERS + "gates": ["deep_xml_is_refused"],
            READERS + "html": ["nothing_below_a_depth_is_lost_in_silence"],
            "corpus/references/test_references": ["a_file_that_cannot_be_read_at_all_is_named"],
            "corpus/test_sheets": ["json_nested_without_end_is_refused"],
        },
    ),
    73: (
        "foreign codings out of range, overlapping, ending before they begin",
        {
            "exchange/test_refi_read": [
                "a_selection_without_a_proper_place_is_repaired_or_dropped_with_a_line"
            ]
        },
    ),
    74: (
        "cells that a spreadsheet would run",
        {
            "report/test_writers": ["csv_keeps_numbers_and_makes_formulas_inert"],
            "review/test_export": ["no_cell_of_a_csv_is_run_as_a_formula"],
            "corpus/test_sheets": ["text_never_becomes_a_formula_a_number_or_a_link_in_a_workbook"],
        },
    ),
    75: (
        "a text longer than a cell can hold",
        {
            "report/test_writers": ["excel_splits_text_that_is_too_long_over_rows_and_says_so"],
            "corpus/test_sheets": ["a_cell_longer_than_excel_can_hold_is_refused"],
        },
    ),
    77: (
        "LaTeX, Word and graph files with signs of their own in the text",
        {
            "report/test_writers": ["latex_shows_every_cell_once_and_escaped"],
            "themes/test_graph": [
                "hostile_text_neither_breaks_a_file_nor_becomes_part_of_it",
                "a_dot_file_quotes_its_texts",
            ],
            "corpus/references/test_references": ["latex_cannot_read_a_file"],
        },
    ),
    76: (
        "scripts in what a finding, a memo or a name says",
        {
            "web/test_guard": [
                "what_a_finding_or_name_says_is_shown_and_never_run",
                "no_page_holds_a_script_or_style_of_its_own",
            ]
        },
    ),
    78: (
        "a foreign host",
        {"web/test_guard": ["a_foreign_host_is_refused_on_every_route"]},
    ),
    79: (
        "a writing request of another site",
        {
            "web/test_guard": [
                "a_writing_request_from_elsewhere_is_refused_on_every_route",
                "a_form_of_another_site_cannot_say_who_is_there",
                "reading_never_writes",
            ]
        },
    ),
    80: (
        "a start that lets anybody on the network in",
        {
            "web/test_guard": ["without_a_network_that_is_trusted_and_links_nobody_else_is_let_in"],
            "web/test_encryption": [
                "what_is_wrong_with_a_certificate_or_its_key_is_said",
                "with_a_certificate_a_network_need_not_be_trusted_and_coders_have_links",
                "a_review_is_served_encrypted_to_whoever_knows_the_certificate",
                "cookies_and_origins_are_those_of_https_alone",
            ],
        },
    ),
    81: (
        "a token that is missing, guessed or passed on",
        {
            "web/test_guard": [
                "every_route_but_the_door_needs_a_visit",
                "a_wrong_token_is_refused_whatever_it_is",
                "tokens_are_compared_in_constant_time",
                "the_cookie_is_strict_and_out_of_reach_of_scripts",
                "every_answer_carries_the_policy_and_lets_nobody_else_in",
            ]
        },
    ),
    82: (
        "a path out of the folder",
        {"web/test_guard": ["no_path_leads_out_of_the_outputs"]},
    ),
    83: (
        "a coder named ../x, in a log that is merged",
        {
            "web/test_guard": ["a_name_that_cannot_be_a_log_is_refused"],
            "review/test_decide": ["a_name_that_cannot_be_a_files_everywhere_is_refused"],
            "review/test_merge": [
                "damaged_logs_and_names_that_leave_the_folder_are_refused_and_nothing_is_changed"
            ],
        },
    ),
    84: (
        "a request that is too long, too slow, or of 10,000 parts",
        {
            "web/test_guard": [
                "a_request_that_is_too_long_is_refused_before_it_is_read",
                "a_request_that_arrives_too_slowly_is_let_go",
            ],
            "web/test_add": [
                "a_file_that_is_too_large_is_refused_and_nothing_of_it_stays",
                "a_folder_that_holds_as_much_as_may_arrive_takes_no_more",
                "a_file_that_stops_coming_is_let_go",
            ],
        },
    ),
    85: (
        "odd words in a search",
        {
            "web/test_guard": [
                "no_query_breaks_a_page",
                "what_is_no_json_is_said_and_nothing_breaks",
            ],
            "web/test_trail_and_outputs": ["the_trail_shows_everything_and_is_filtered"],
        },
    ),
    86: (
        "a model that would run as a program",
        {"test_faults": ["what_would_run_when_it_is_loaded_is_named_and_never_loaded"]},
    ),
    88: (
        "coding without any connection",
        {"test_faults": ["coding_makes_no_attempt_to_connect_to_anything"]},
    ),
    91: (
        "names of people in what is given away",
        {
            "review/test_without_people": [
                "no_byte_of_the_whole_export_names_a_coder_or_holds_what_they_wrote",
                "the_search_finds_the_names_where_they_are_left_in",
                "what_only_a_person_can_judge_is_listed_with_its_place_and_not_repeated",
            ],
        },
    ),
    92: (
        "the report without a network",
        {
            "report/test_page_in_browser": ["the_page_opens_without_any_request_error_or_dialogue"],
            "report/test_page": ["nothing_in_the_page_points_outside_it"],
            "test_main_job": ["the_report_opens_from_disk_without_request_or_error"],
        },
    ),
    93: (
        "a scheduler on an open address",
        {"review/test_cluster": ["an_open_address_is_refused_unless_the_network_is_trusted"]},
    ),
    94: (
        "what a crash leaves half written",
        {"test_faults": ["parts_that_a_crash_left_are_hidden_from_others_and_swept_away"]},
    ),
    95: (
        "routes that are another one's",
        {
            "web/test_roles": [
                "every_route_of_the_app_says_who_may_use_it",
                "a_coder_may_do_what_is_theirs_and_nothing_else",
                "who_was_not_let_in_gets_nothing",
                "who_did_not_say_who_they_are_can_only_say_it",
                "a_request_from_elsewhere_gets_nothing_though_a_coder_is_let_in",
                "a_link_of_ones_own_lets_nobody_be_the_adjudicator",
            ],
            "web/test_guard": ["a_folder_that_cannot_be_written_to_is_shown_and_takes_nothing"],
        },
    ),
    96: (
        "any request to any route",
        {"web/test_any_request": ["no_request_meets_a_fault_of_the_program"]},
    ),
    97: (
        "any bytes for a parser",
        {
            "corpus/references/test_references": ["no_text_hangs_or_breaks_a_parser"],
            "exchange/test_fuzz": ["no_file_hangs_a_reader_or_meets_an_uncaught_error"],
            READERS + "read_document": ["any_bytes_give_a_document_or_an_error_in_words"],
        },
    ),
}
NOT_HERE = {  # number: why no test can meet it; each is true until somebody builds the thing
    18: "no format but the first was ever released",
    87: "the program has no key or password of its own: it calls no service",
    89: "no language model is called",
    90: "no language model is called",
}
ARTICLE = """\
# Night work

## Results

Nurses felt alone with decisions at night [1]. A shared meal kept teams together [2].

## References

1. Adler P. Rotas. 2011.
2. Brand K. Night nurses. 2012.
"""


def call(*arguments, stdin=None):
    result = CliRunner().invoke(main, [str(one) for one in arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return SimpleNamespace(status=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def review(tmp_path):
    folder = tmp_path / "review"
    assert call("init", folder).status == 0
    return folder


@pytest.fixture
def given_files(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()

    def put(**files):
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else content.encode()
            (folder / name.replace("__", ".")).write_bytes(raw)
        return folder

    return put


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def word(*more, body="Peers helped."):
    """A Word document by hand: its text, and what else is put into the archive."""
    text = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>"
    )
    return zipped(("word/document.xml", text), *more)


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if path.suffix != ".lock"
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row}: {ROWS[row][0]}")
def test_every_fault_has_the_tests_that_are_named_for_it(row):
    for file, names in ROWS[row][1].items():
        code = (TESTS / f"{file}.py").read_text("utf-8")
        there = set(re.findall(r"^def test_(\w+)\(", code, re.MULTILINE))
        assert set(names) <= there, f"{file}: {set(names) - there}"


def test_every_fault_is_met_by_a_test_or_said_to_have_no_place_here():
    assert set(ROWS) | set(NOT_HERE) == set(range(1, 98))
    assert not set(ROWS) & set(NOT_HERE)


def test_a_copy_made_while_somebody_codes_opens_and_is_what_was_there_then(review, given_files):
    sheet = given_files(f__csv="id,text\nF1,Pay was low.\n") / "f.csv"
    (review / "corpus" / "findings.csv").write_bytes(sheet.read_bytes())
    session, copies = Session(review), []
    body = {"finding": "F1", "text": "words " * 50}
    passing = shutil.ignore_patterns("*.lock", ".*.part")  # files that are gone in a moment

    def code():
        for number in range(300):
            session.write("ana", [Entry(f"m{number}", AT, "memo", body)])

    coding = threading.Thread(target=code)
    coding.start()
    while coding.is_alive() and len(copies) < 3:
        copy = review.with_name(f"copy{len(copies)}")
        copies.append(Path(shutil.copytree(review, copy, ignore=passing)))
    coding.join()
    whole = [event.id for event in read_log(review / "decisions" / "ana.jsonl").events]
    assert len(whole) == 300
    for copy in copies:
        (log,) = open_folder(copy).logs or [Log(copy, ())]
        assert log.damage is None or not log.damage
        assert [event.id for event in log.events] == whole[: len(log.events)]


def test_what_would_run_when_it_is_loaded_is_named_and_never_loaded(review, tmp_path):
    ran = tmp_path / "ran"
    harm = b"cposix\nsystem\n(S'touch " + str(ran).encode() + b"'\ntR."
    for name in ("model.pkl", "corpus/model.joblib", "codebooks/reader.pt"):
        (review / name).write_bytes(harm)
    (review / "corpus" / "findings.csv").write_text("id,text\nF1,Pay was low.\n", "utf-8")
    checked = call("check", "-C", review)
    for name in ("model.pkl", "corpus/model.joblib", "codebooks/reader.pt"):
        assert (
            f"Note: {name} is not read: a file of this kind runs as a program when it is loaded. "
            "Open it only if you trust whoever made it\n"
        ) in checked.out
    assert call("codes", "explain", "F1", "-C", review).status == 0
    assert not ran.exists()


def test_coding_makes_no_attempt_to_connect_to_anything(given_files, tmp_path, monkeypatch):
    sheet = given_files(f__csv="id,text\nF1,Pay was low.\nF2,Nurses had hope.\n") / "f.csv"
    tried = []

    def refuse(*words, **_):
        tried.append(words)
        raise OSError("there is no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(f"socket.socket.{name}", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    for engine in ("reader", "fast"):
        done = call("code", sheet, "-o", tmp_path / f"{engine}.csv", "--engine", engine)
        assert done.status == 0, done.err
    assert tried == []


def test_parts_that_a_crash_left_are_hidden_from_others_and_swept_away(review, monkeypatch):
    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", crash)  # as if the program were gone
    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        write_file(review / "corpus" / "reviews.csv", b"id,label\n")
    monkeypatch.undo()
    (part,) = (review / "corpus").glob(".*.part")
    if os.name == "posix":
        assert part.stat().st_mode & 0o077 == 0
    assert sweep(review) == []  # somebody may be writing it just now
    old = time.time() - 3601
    os.utime(part, (old, old))
    assert call("run", "-C", review).status == 1  # there are no findings, yet it has looked
    assert not part.exists()


LAUGHS = '<!DOCTYPE article [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
HARM = "Files like this are made to harm a reader; ask whoever sent it for another copy."
COPY = "Nothing was read from it. Ask whoever sent the file for another copy."
BAD = [  # name, bytes, the whole line that says it
    ("empty.txt", b"", "empty.txt: no text found: the file is empty. Restore it, or leave it out."),
    (
        "blank.md",
        b" \n\t\r\n",
        "blank.md: no text found: the file is empty. Restore it, or leave it out.",
    ),
    (
        "broken.pdf",
        b"%PDF-1.7 nothing more",
        (
            "broken.pdf: the file is not a PDF that can be opened: it is damaged, cut short"
            " or no PDF at all. Download it again; if a PDF viewer can open it, print it to"
            " a new PDF."
        ),
    ),
    (
        "scan.pdf",
        pdfs.pdf(pdfs.placed(None)),
        (
            "scan.pdf: the PDF has no text layer on page 1. Give the scan a text layer "
            "first, for example with ocrmypdf: ocrmypdf scan.pdf with-text.pdf"
        ),
    ),
    (
        "locked.pdf",
        pdfs.encrypted("s3cret-words", pdfs.column(60, 700, pdfs.PROSE)),
        (
            "locked.pdf: the PDF is encrypted and opens only with its password. Save a copy "
            "without one; or add it on the command line with --password, which asks for it, "
            "uses it once and does not keep it."
        ),
    ),
    (
        "two.pdf",
        pdfs.pdf(pdfs.placed(pdfs.column(60, 700, pdfs.PROSE))) + word(),
        (
            "two.pdf: the file is two things at once: a PDF and a ZIP archive. Open it in "
            "the program that you trust and save it anew."
        ),
    ),
    (
        "windows.txt",
        "Peers “helped”.".encode("cp1252"),
        (
            "windows.txt, line 1: the file is not in UTF-8: byte 6 (0x93) does not belong "
            "to it. As cp1252 (Windows, Western Europe) it would read: 'Peers “helped”.'. "
            "If this is right, read it on the command line with --encoding cp1252; otherwise "
            "save it as UTF-8 in the program that made it."
        ),
    ),
    (
        "slip.docx",
        word(("../../evil.txt", "x")),
        (
            "slip.docx: the archive is not safe to read ('../../evil.txt' is no plain name "
            f"inside the archive). {COPY}"
        ),
    ),
    (
        "bomb.docx",
        word(("word/media/a.bin", bytes(60_000_000))),
        (
            "bomb.docx: the archive is not safe to read ('word/media/a.bin' would unpack to"
            f" more than 200 times its size). {COPY}"
        ),
    ),
    (
        "laughs.xml",
        f"<?xml version='1.0'?>{LAUGHS}<article><body><p>&b;</p></body></article>".encode(),
        f"laughs.xml: the XML declares entities of its own (DOCTYPE). {HARM}",
    ),
    (
        "outside.xml",
        f"<?xml version='1.0'?>{OUTSIDE}<article><body><p>&x;</p></body></article>".encode(),
        f"outside.xml: the XML declares entities of its own (DOCTYPE). {HARM}",
    ),
    (
        "deep.xml",
        b"<?xml version='1.0'?><article><body>" + b"<sec>" * 100_000 + b"</sec>" * 100_000,
        f"deep.xml: elements are nested deeper than 200 levels. {HARM}",
    ),
    (
        "laughs.docx",
        zipped(("word/document.xml", f"{LAUGHS}<article>&b;</article>")),
        f"laughs.docx, word/document.xml: the XML declares entities of its own (DOCTYPE). {HARM}",
    ),
]


@pytest.mark.parametrize(("name", "raw", "said"), BAD, ids=[name for name, _, _ in BAD])
def test_a_bad_file_is_named_and_the_others_go_on(review, given_files, name, raw, said):
    folder = given_files(before__md=ARTICLE, zz_after__md=ARTICLE.replace("alone", "lost"))
    (folder / name).write_bytes(raw)
    outside = tree(folder.parent)
    result = call("corpus", "add", folder, "-C", review)
    assert result.status == 3
    assert result.err == f"Set aside: {said}\n"
    assert result.out.count("Added ") == 2
    held = documents.documents(review)
    assert [one.name for one in held] == ["before.md", "zz_after.md"]
    now = tree(folder.parent)
    new = {path for path in now if now[path] != outside.get(path)}
    kept = {f"review/corpus/documents/{one.id}{end}" for one in held for end in (".txt", ".json")}
    assert new - {"review/corpus/documents"} == kept
    extracted = call("findings", "extract", folder, "-o", folder.parent / "c.csv")
    assert (extracted.status, f"Set aside: {said}\n" in extracted.err) == (3, True)
    assert "4 candidates from 2 documents." in extracted.err


def test_an_adding_that_is_killed_again_and_again_ends_whole(review, tmp_path):
    source = tmp_path / "many"
    source.mkdir()
    for number in range(200):
        (source / f"{number:03}.md").write_text(f"{ARTICLE}\nNote {number}.\n", "utf-8")
    code = (
        "import sys; from pathlib import Path; from themeweave.review import documents as d;"
        "d.add(Path(sys.argv[1]), [Path(sys.argv[2])], lambda doing: print(doing, flush=True))"
    )
    whole = []
    for stop in (5, 60, 140):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(review), str(source)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(stop):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        there = documents.documents(review)
        for held in there:
            documents.load(review, held.id)
        whole.append(len(there))
    assert whole == sorted(whole)
    assert 0 < whole[0] < whole[-1] < 200
    added = documents.add(review, [source], quiet)
    assert len(added.stored) + len(added.known) == 200
    folder = review / documents.FOLDER
    assert len(list(folder.glob("*.txt"))) == len(list(folder.glob("*.json"))) == 200


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        pytest.param(ARTICLE.replace("alone", "“alone”").encode("cp1252"), "cp1252", id="cp1252"),
        pytest.param(ARTICLE.encode("utf-16-le"), "utf-16-le", id="UTF-16 without its mark"),
    ],
)
def test_an_encoding_is_asked_for_followed_and_kept_in_the_record(
    review, given_files, raw, encoding
):
    folder = given_files(odd__txt=raw, plain__md=ARTICLE.replace("alone", "vermißt"))
    asked = call("corpus", "add", folder / "odd.txt", "-C", review)
    assert (asked.status, f"--encoding {encoding}" in asked.err) == (3, True)
    done = call("corpus", "add", folder, "--encoding", encoding, "-C", review)
    assert (done.status, done.err) == (0, "")
    assert f"  read as {encoding}, as was asked\n" in done.out
    held = {one.name: one for one in documents.documents(review)}
    assert held["odd.txt"].notes[-1] == f"read as {encoding}, as was asked"
    texts = {name: documents.load(review, one.id).text for name, one in held.items()}
    assert texts["odd.txt"] == raw.decode(encoding)
    assert "vermißt" in texts["plain.md"]
    assert "\ufffd" not in "".join(texts.values())
    assert held["plain.md"].notes == ()


def test_utf_16_with_its_mark_is_read_and_said(review, given_files):
    folder = given_files(wide__txt=ARTICLE.encode("utf-16"))
    assert "  read as utf-16, which its byte-order mark says\n" in (
        call("corpus", "add", folder, "-C", review).out
    )


STRANGE = (
    "Nurses felt 🙂👩‍⚕️ alone [1]. "
    "Patients felt that cafe\u0301s were closed to them [2]. "
    "Nurses felt that שלום was missing at night [1]. "
    "Patients felt that 夜勤 was hard for nurses [2]. "
    "Nurses felt that zero\u200bwidth\u200dsigns were a burden [1]."
)


def test_quotations_stand_at_their_offsets_from_document_to_table(review, given_files):
    text = ARTICLE.replace(
        "Nurses felt alone with decisions at night [1]. A shared meal kept teams together [2].",
        STRANGE,
    )
    raw = b"\xef\xbb\xbf" + text.replace("\n\n", "\r\r").replace("\n", "\r\n").encode()
    folder = given_files(strange__md=raw)
    sheet = folder / "c.csv"
    assert call("corpus", "add", folder / "strange.md", "-C", review).status == 0
    assert call("findings", "extract", "-C", review, "-o", sheet).status == 0
    assert call("findings", "keep", sheet, "--all", "-C", review).status == 0
    assert call("run", "-C", review).status == 0
    (held,) = documents.documents(review)
    stored = (review / documents.FOLDER / f"{held.id}.txt").read_bytes().decode("utf-8")
    assert "\r" not in stored
    assert not stored.startswith("\ufeff")
    for file in (sheet, review / "corpus" / "findings.csv", review / "outputs" / "findings.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert len(rows) == 5
        for row in rows:
            assert stored[int(row["start"]) : int(row["end"])] == row["text"], file.name
    shown = (review / "outputs" / "report.html").read_text("utf-8")
    assert "夜勤 was hard for nurses" in shown


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_any_words_in_a_finding_stand_at_its_offsets(words):
    raw = f"# T\n\n## Results\n\nNurses felt {' '.join(words)} alone.\n".encode(
        "utf-8", "surrogatepass"
    )
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return
    document = read_document(raw, "a.md")
    wider = ("effects", "discussion", "tables", "rest")
    for found in extract(document, wider=wider):
        assert found.text == document.text[found.start : found.end]


def test_control_characters_are_taken_out_and_said(review, given_files):
    folder = given_files(odd__md=ARTICLE.replace("alone", "al\x00one\x07"))
    assert call("corpus", "add", folder, "-C", review).out.endswith(
        "  removed 2 control characters that cannot be shown: 1 x U+0000, 1 x U+0007\n"
    )
    (held,) = documents.documents(review)
    assert "felt alone with" in documents.load(review, held.id).text


def test_tables_open_whatever_control_characters_a_sheet_holds(tmp_path):
    sheet = tmp_path / "f.csv"
    sheet.write_text("id,text\nF1,Pay was\x07 low \x1band\x00 late.\n", "utf-8")
    review = tmp_path / "r"
    assert call("init", review, "--findings", sheet).status == 0
    assert call("run", "-C", review).status == 0
    for file in (review / "outputs").glob("*.docx"):
        docx.Document(str(file))
    for file in (review / "outputs").glob("*.xlsx"):
        openpyxl.load_workbook(file)


def test_a_password_is_asked_for_and_stands_nowhere(review, given_files):
    lines = pdfs.column(60, 700, pdfs.PROSE)
    folder = given_files(locked__pdf=pdfs.encrypted("s3cret-words", lines))
    wrong = call("corpus", "add", folder, "--password", "-C", review, stdin="wr0ng\n")
    assert wrong.status == 3
    assert "the password given does not open it" in wrong.err
    done = call("corpus", "add", folder, "--password", "-C", review, stdin="s3cret-words\n")
    assert done.status == 0
    assert "Added locked.pdf" in done.out
    said = wrong.out + wrong.err + done.out + done.err
    assert "s3cret" not in said
    assert "wr0ng" not in said
    assert not any(b"s3cret" in content for content in tree(review).values())


def test_the_pages_of_a_long_pdf_are_told_as_they_are_read(review, given_files):
    folder = given_files(long__pdf=copies(3))
    told = []
    documents.add(review, [folder], told.append)
    assert told == [
        "reading 1 of 1: long.pdf",
        *(f"reading 1 of 1: long.pdf, page {page} of 3" for page in (1, 2, 3)),
    ]


def test_a_stop_keeps_what_was_added_and_says_how_to_go_on(review, given_files, monkeypatch):
    folder = given_files(a__md=ARTICLE, b__md=ARTICLE.replace("alone", "lost"))
    store = documents.store

    def stopped(*arguments):
        if documents.documents(review):
            raise KeyboardInterrupt
        return store(*arguments)

    monkeypatch.setattr(documents, "store", stopped)
    result = call("corpus", "add", folder, "-C", review)
    assert (result.status, result.err) == (
        130,
        "\nStopped. What was added is kept; give the same command again to go on.\n",
    )
    assert [one.name for one in documents.documents(review)] == ["a.md"]
    monkeypatch.undo()
    again = call("corpus", "add", folder, "-C", review)
    assert "Already there: a.md" in again.out
    assert "Added b.md" in again.out


def test_citations_that_lead_nowhere_are_listed_by_name(given_files):
    text = ARTICLE.replace("[1]", "[3-1]").replace("[2]", "[1-99999]")
    folder = given_files(odd__md=text)
    result = call("findings", "extract", folder / "odd.md")
    assert result.status == 0
    rows = list(csv.DictReader(result.out.splitlines()))
    assert [row["cited"] for row in rows] == ["", ""]
    assert [line.split(": ", 2)[2] for line in result.err.splitlines() if "Unres" in line] == [
        "3-1 not in the list of references",
        "1-99999 not in the list of references",
    ]


RIS = """\
TY  - JOUR
AU  - Roe, Ann
TI  - Hope on wards
PY  - 2019
DO  - 10.1000/x
ER  -

TY  - JOUR
AU  - Roe, Ann
TI  - A trial of housing first
PY  - 2019
DO  - 10.1000/x
ER  -

TY  - JOUR
AU  - Roe, Bea
TI  - Another work altogether
PY  - 2019
ER  -

AU  - Nobody
TI  - Without type
ER  -

TY  - JOUR
AU  - Cut, Carl
TI  - Cut short
""".replace("ER  -", "ER  - ")
CONFLICT = (
    "Conflict: doi 10.1000/x stands at 'Hope on wards' (1) and at 'A trial of housing first' (2): "
    "one is wrong; what comes after the first is not added. Mend the list and give it "
    "again.\n"
)
CUT = (
    "Set aside: record 4, line 21: it has no TY line\n"
    "Set aside: record 5, line 25: it has no ER line: it may be cut short\n"
)


def test_every_record_of_a_reference_list_is_accounted_for(review, given_files):
    name = given_files(list__ris=RIS) / "list.ris"
    first = call("corpus", "references", name, "-C", review)
    assert (first.status, first.err) == (3, CONFLICT + CUT)
    assert first.out == f"{name}: 2 of 5 added, 0 there already.\n"
    with (review / "corpus" / "reviews.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["label"], row["title"]) for row in rows] == [
        ("Roe 2019", "Hope on wards"),
        ("Roe 2019b", "Another work altogether"),
    ]
    again = call("corpus", "references", name, "-C", review)
    assert again.out == f"{name}: 0 of 5 added, 2 there already.\n"
    assert again.err == f"Doubtful, not added: 2 may be {rows[0]['id']}\n{CONFLICT}{CUT}"


def test_a_work_of_an_author_and_year_that_is_listed_gets_the_next_letter(review, given_files):
    folder = given_files(
        one__json=json.dumps(
            [
                {
                    "id": "a",
                    "type": "book",
                    "title": "Hope",
                    "DOI": "10.1000/a",
                    "author": [{"family": "Roe"}],
                    "issued": {"date-parts": [[2019]]},
                }
            ]
        ),
        two__json=json.dumps(
            [
                {
                    "id": "b",
                    "type": "book",
                    "title": "Debt",
                    "DOI": "10.1000/b",
                    "author": [{"family": "Roe"}],
                    "issued": {"date-parts": [[2019]]},
                }
            ]
        ),
    )
    call("corpus", "references", folder / "one.json", folder / "two.json", "-C", review)
    with (review / "corpus" / "reviews.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["label"] for row in csv.DictReader(lines)] == ["Roe 2019", "Roe 2019b"]
