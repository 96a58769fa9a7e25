"""Which test shows what: each row F80 to F100 about hostile content, secrets and evidence names its tests.

Rows F1 to F79 are in tests/audit/faults/test_rows.py.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
SHOWN: dict[str, tuple[str, ...]] = {
    "F80": (
        "rules/test_storage::test_a_body_that_is_not_well_formed_says_why_and_where",
        "audit/identity/test_backup::test_what_is_no_export_is_refused",
    ),
    "F81": ("rules/test_storage::test_html_entities_an_xml_declaration_and_undeclared_prefixes_are_accepted",),
    "F82": (
        "rules/test_storage::test_depth_is_limited_and_said",
        "rules/test_outline::test_an_element_with_text_only_is_too_deep_like_any_other",
    ),
    "F83": (
        "rules/test_storage::test_the_tokens_of_any_bytes_are_the_bytes_without_gaps",
        "rules/test_splice::test_applying_changes_the_spans_and_nothing_else_in_whatever_order",
        "audit/test_http_write::test_half_a_surrogate_pair_goes_back_as_the_escape_that_it_came_as",
    ),
    "F84": (
        "rules/test_adf::test_nodes_come_in_document_order_and_unknown_ones_are_passed_through",
        "rules/test_adf::test_everybody_is_rewritten_wherever_they_stand_and_nothing_else_changes",
    ),
    "F85": (
        "rules/test_storage::test_a_tag_of_junk_is_searched_for_attributes_in_linear_time",
        "rules/test_storage::test_hostile_repetition_is_read_to_the_end",
    ),
    "F86": (
        "reports/test_browser::test_hostile_texts_do_nothing_in_a_browser",
        "reports/test_page::test_hostile_text_stays_text",
        "reports/test_page::test_the_island_has_no_character_that_could_end_it",
        "reports/test_paper::test_hostile_words_of_ten_thousand_characters_are_printed_cut_and_attached_whole",
    ),
    "F88": (
        "reports/test_master::test_no_cell_of_a_hostile_report_begins_like_a_formula",
        "reports/test_xlsx::test_no_cell_is_a_formula_and_none_becomes_one_when_it_is_edited",
    ),
    "F90": (
        "audit/identity/test_backup::test_a_file_that_unfolds_beyond_measure_is_refused",
        "audit/identity/test_backup::test_damaged_and_locked_archives_are_refused",
        "reports/bag/test_faults::test_an_archive_whose_files_share_their_bytes_is_refused",
        "audit/test_scanned_files::test_documents_archives_and_unknown_bytes_are_a_gap",
    ),
    "F92": (
        "audit/faults/test_contacts::test_what_a_stored_body_points_at_is_never_asked",
        "reports/test_page::test_the_page_loads_nothing_and_links_to_nothing_but_the_audited_site",
        "reports/test_paper::test_links_of_the_pdf_lead_to_the_audited_site_only",
    ),
    "F95": ("audit/test_canaries::test_no_artefact_holds_a_value_of_a_person",),
    "F96": (
        "audit/test_config::test_a_token_on_the_command_line_is_refused",
        "audit/test_config::test_a_file_with_a_token_has_to_be_private",
    ),
    "F97": (
        "audit/test_canaries::test_no_artefact_holds_a_value_of_a_person",
        "rules/test_model::test_equal_people_have_equal_pseudonyms_under_one_key_and_in_one_role",
    ),
    "F99": (
        "reports/bag/test_mutations::test_two_hundred_single_changes_to_a_folder_are_all_seen",
        "reports/bag/test_faults::test_missing_changed_renamed_and_swapped_files_are_told_apart",
        "reports/bag/test_faults::test_a_file_too_many_is_named_by_what_is_wrong_with_it",
        "reports/bag/test_faults::test_bytes_behind_the_end_of_the_pdf_are_named_even_where_every_digest_fits",
        "reports/bag/test_faults::test_an_archive_with_a_file_twice_or_with_hidden_bytes_is_refused",
        "reports/bag/test_faults::test_the_signature_of_another_run_is_named",
    ),
    "F100": ("audit/faults/test_contacts::test_a_run_connects_to_the_configured_site_and_to_nothing_else",),
}


@cache
def named_in(module: str) -> frozenset[str]:
    tree = ast.parse((TESTS / f"{module}.py").read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


@pytest.mark.parametrize("row", SHOWN)
def test_each_row_is_shown_by_tests_that_are_there(row: str) -> None:
    for place in SHOWN[row]:
        module, _, name = place.partition("::")
        assert name in named_in(module), place
