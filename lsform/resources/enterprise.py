"""What only Label Studio Enterprise has: Community takes such fields without a word and drops them. Pure."""

from __future__ import annotations

PROJECT_FIELDS = frozenset(
    {
        "agreement_methodology",
        "agreement_threshold",
        "annotation_limit_count",
        "annotation_limit_percent",
        "annotator_evaluation_continuous_tasks",
        "annotator_evaluation_metric",
        "annotator_evaluation_minimum_score",
        "annotator_evaluation_minimum_tasks",
        "annotator_evaluation_onboarding_tasks",
        "assignment_settings",
        "collection_mode",
        "comment_classification_config",
        "custom_interface_code",
        "custom_interface_compiled",
        "custom_interface_params",
        "custom_script",
        "custom_task_lock_ttl",
        "dm_column_defaults",
        "input_schema",
        "internal_description",
        "max_additional_annotators_assignable",
        "members",
        "members_limit",
        "output_schema",
        "pause_on_failed_annotator_evaluation",
        "permissions",
        "prompts",
        "require_comment_on_skip",
        "review_settings",
        "show_unused_data_columns_to_annotators",
        "source_interface_id",
        "source_interface_version",
        "strict_task_overlap",
        "use_custom_interface",
        "workspace",
    }
)

# Type of storage -> the one of Community that reaches the same objects; '' where there is none.
STORAGE_TYPES = {"s3s": "s3", "gcs_sa": "gcs", "gcswif": "gcs", "azure_spi": "azure", "databricks": ""}

# Of these types, and of none that Community has.
STORAGE_FIELDS = frozenset(
    {
        "auth_mode",
        "client_id",
        "client_secret",
        "external_id",
        "google_project_number",
        "google_service_account_email",
        "google_wif_pool_id",
        "google_wif_provider_id",
        "role_arn",
        "target_service_account_email",
        "tenant_id",
        "user_delegation_key",
    }
)


def needs_enterprise(what: str) -> str:
    """What is said of any of it."""
    return f"`{what}` needs Label Studio Enterprise"


def instead_of(storage_type: str) -> str:
    """What to do without a type of storage."""
    known = STORAGE_TYPES[storage_type]
    return f"Community has `type: {known}`, with keys" if known else "Community has nothing like it: take it out"
