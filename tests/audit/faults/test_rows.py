"""Which test shows what: each row F1 to F79 about writing, the network, paging and the machine names its tests."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.audit.faults.test_writes import ROWS, UNDO_ROWS

TESTS = Path(__file__).resolve().parents[1]
TABLE = "faults/test_writes"
"""The data-driven tests; a row is there when an id begins with its number."""
SHOWN: dict[str, tuple[str, ...]] = {
    "F1": (TABLE, "test_apply::test_what_changed_after_the_plan_is_left_alone_and_the_others_proceed"),
    "F2": (TABLE, "test_apply_doubt::test_an_edit_between_the_last_look_and_the_write_wins"),
    "F3": (TABLE, "test_apply_doubt::test_a_conflict_without_another_version_is_tried_once_more"),
    "F4": (TABLE, "test_apply::test_what_changed_after_the_plan_is_left_alone_and_the_others_proceed"),
    "F5": (
        TABLE,
        "test_moved::test_a_newer_version_with_the_same_text_is_written_over_and_whose_it_is_is_told",
        "test_moved::test_it_is_left_alone_on_demand_and_whose_it_is_is_told",
    ),
    "F6": (TABLE, "test_apply_doubt::test_an_edit_right_after_our_write_is_reported_and_kept"),
    "F7": (TABLE, "test_rollback::test_what_somebody_edited_after_us_is_reported_and_left_alone"),
    "F8": (TABLE, "test_apply::test_what_changed_after_the_plan_is_left_alone_and_the_others_proceed"),
    "F9": (TABLE, "test_apply::test_a_title_that_somebody_moved_without_a_version_is_sent_back_as_it_is_now"),
    "F10": (TABLE, "test_apply::test_a_deleted_object_is_gone_and_never_created_again"),
    "F11": (TABLE, "test_apply::test_a_draft_may_be_passed_over_on_demand_and_stays_untouched"),
    "F13": (TABLE, "test_apply_doubt::test_what_the_site_only_spells_differently_is_accepted"),
    "F14": (TABLE, "test_apply_doubt::test_a_site_that_drops_part_of_a_body_stops_the_run"),
    "F15": (TABLE, "test_marks::test_a_site_that_loses_a_mark_stops_the_run_and_says_which"),
    "F16": ("test_apply::test_a_plan_is_applied_once_and_a_second_run_writes_nothing",),
    "F17": (
        "test_sitelock::test_publishing_waits_for_no_other_workspace_and_sends_nothing_beside_it",
        "test_apply_stops::test_a_second_process_is_refused_and_told_who_writes",
        "test_workspace::test_who_waits_for_a_lock_is_told_the_process_the_machine_and_since_when",
    ),
    "F18": ("test_apply_doubt::test_the_same_plan_on_two_machines_gives_one_version",),
    "F19": (
        "test_plan::test_a_plan_file_that_was_touched_is_refused",
        "test_plan::test_a_plan_for_another_site_tool_or_rules_is_refused",
    ),
    "F20": (TABLE, "test_apply_stops::test_an_account_that_is_refused_again_and_again_stops"),
    "F21": (
        "test_plan_selection::test_a_plan_beyond_a_limit_is_not_written",
        "test_apply_stops::test_a_plan_beyond_the_limit_is_refused_before_the_first_write_and_names_the_option",
    ),
    "F22": ("test_apply::test_after_apply_a_new_plan_finds_nothing_left_to_do",),
    "F23": ("test_plan::test_the_state_of_now_counts_and_not_what_an_index_said",),
    "F25": ("test_rollback::test_a_missing_or_damaged_image_keeps_its_object_and_names_the_sites_history",),
    "F26": (
        "faults/test_kills::test_a_rollback_that_is_killed_under_a_write_ends_with_the_originals",
        "test_crash::test_a_real_process_killed_at_every_sync_leaves_a_run_that_can_be_resumed",
    ),
    "F27": (TABLE, "test_http_patience::test_one_429_holds_back_all_workers_and_loses_no_request"),
    "F28": (TABLE, "test_http_pacing::test_what_the_site_says_about_waiting_is_read_in_all_its_forms"),
    "F29": (TABLE, "test_http_patience::test_the_breaker_leaves_a_dead_site_alone"),
    "F30": (TABLE, "test_http_patience::test_a_passing_fault_costs_another_attempt_and_no_item"),
    "F31": (TABLE,),
    "F32": (TABLE,),
    "F33": (TABLE,),
    "F35": ("faults/test_kills::test_an_apply_that_is_killed_under_a_write_ends_like_an_undisturbed_one",),
    "F36": (TABLE, "test_http_faults::test_a_read_survives_a_broken_answer_and_a_write_is_not_repeated"),
    "F37": (TABLE, "test_http::test_a_body_that_stays_cut_is_an_error_and_carries_no_contents"),
    "F38": (TABLE, "test_http::test_json_that_does_not_parse_is_asked_for_again"),
    "F39": (TABLE, "test_http::test_a_login_page_is_never_an_empty_list"),
    "F40": (TABLE, "test_http_faults::test_neither_a_redirect_nor_a_foreign_link_reaches_a_second_host"),
    "F41": (TABLE, "test_http::test_other_types_and_encodings_are_refused_at_once"),
    "F42": (TABLE, "test_http::test_an_answer_is_converted_to_a_type_or_names_the_field_but_never_the_value"),
    "F44": (TABLE, "test_http_faults::test_a_bomb_is_unfolded_in_steps_that_stay_near_the_limit"),
    "F45": (TABLE, "test_http_faults::test_an_answer_beyond_the_limit_is_refused_before_it_unfolds"),
    "F46": ("test_http_faults::test_a_certificate_that_is_not_valid_is_refused_once_and_for_all",),
    "F48": ("test_http_faults::test_proxy_variables_and_netrc_are_ignored",),
    "F49": ("test_http_faults::test_a_connection_that_was_closed_while_idle_costs_a_read_nothing",),
    "F50": (TABLE, "test_apply_stops::test_a_site_that_no_longer_lets_us_in_stops_all_writes_at_once"),
    "F51": (TABLE, "test_cloud::test_credentials_that_turn_anonymous_on_the_way_stop_the_run"),
    "F52": (
        "test_apply_stops::test_another_account_must_be_accepted_before_it_goes_on",
        "test_cli::test_another_account_does_not_resume_a_run",
    ),
    "F54": (TABLE, "test_plan::test_objects_that_cannot_be_read_are_held_and_a_site_that_fails_makes_no_plan"),
    "F55": ("test_cloud::test_endpoints_that_refuse_are_named",),
    "F56": (TABLE, "test_apply_stops::test_a_refused_write_is_reported_and_the_others_proceed"),
    "F57": (TABLE, "test_http_patience::test_maintenance_that_names_an_hour_is_throttling_not_a_broken_site"),
    "F58": ("test_http_listing::test_a_link_that_leaves_the_site_is_refused_without_a_request",),
    "F59": ("test_http_listing::test_a_link_that_comes_twice_is_an_error",),
    "F61": ("test_http_listing::test_a_listing_follows_next_and_not_the_number_of_results",),
    "F62": ("test_http_listing::test_empty_pages_with_a_link_are_followed_up_to_a_bound",),
    "F64": ("test_cloud::test_long_restriction_lists_are_read_to_their_end",),
    "F65": ("test_cloud::test_an_object_of_another_shape_counts_as_failed_and_the_rest_is_read",),
    "F66": ("test_crawl::test_an_endpoint_that_fails_costs_its_own_chain_and_is_named",),
    "F67": (
        "test_crash::test_a_real_process_killed_at_every_sync_leaves_a_run_that_can_be_resumed",
        "faults/test_kills::test_a_plan_that_is_killed_at_any_sync_is_whole_or_not_there",
        "faults/test_kills::test_a_rehearsal_that_is_killed_at_any_sync_leaves_nothing_behind",
        "test_completeness::test_a_process_that_is_killed_leaves_what_it_exchanged_with_the_site",
    ),
    "F68": ("test_apply_stops::test_a_full_disk_before_the_intent_means_that_nothing_is_sent",),
    "F69": (
        "test_apply_stops::test_a_full_disk_around_the_write_means_no_second_write_later",
        "faults/test_kills::test_a_disk_that_fails_at_any_sync_never_leads_to_a_second_write",
    ),
    "F71": ("test_journal::test_a_flipped_bit_changes_nothing_that_counts_or_is_noticed",),
    "F72": (
        "test_workspace::test_a_file_system_without_locks_is_refused_with_advice",
        "test_workspace::test_a_folder_open_to_others_is_refused",
        "faults/test_machine::test_a_workspace_that_is_no_folder_is_refused_f72",
    ),
    "F73": (
        "faults/test_kills::test_who_asks_for_an_end_gets_it_after_the_write_under_way",
        "faults/test_kills::test_who_asks_twice_gets_it_at_once_and_the_run_goes_on_later",
    ),
    "F75": ("faults/test_machine::test_memory_that_runs_out_ends_the_run_and_leaves_the_journal_whole_f75",),
    "F76": ("faults/test_machine::test_what_is_no_file_is_never_written_through_f76",),
    "F77": ("faults/test_machine::test_a_report_that_cannot_be_made_leaves_the_plan_and_the_others_f77",),
    "F79": (
        "faults/test_machine::test_one_worker_that_fails_leaves_right_figures_and_no_half_write_f79",
        "test_apply_stops::test_one_worker_that_cannot_write_its_journal_stops_the_others_at_safe_points",
    ),
}


@cache
def named_in(module: str) -> frozenset[str]:
    tree = ast.parse((TESTS / f"{module}.py").read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_"))


@pytest.mark.parametrize("row", SHOWN)
def test_each_row_is_shown_by_tests_that_are_there(row: str) -> None:
    for place in SHOWN[row]:
        if place == TABLE:
            assert any(one.id.split()[0] == row for one in (*ROWS, *UNDO_ROWS))
        else:
            module, _, name = place.partition("::")
            assert name in named_in(module)


def test_each_row_of_the_data_driven_tests_has_its_place_here() -> None:
    assert {one.id.split()[0] for one in (*ROWS, *UNDO_ROWS)} == {
        row for row, places in SHOWN.items() if TABLE in places
    }
