"""The functions that SQL from a content folder may call: deterministic, without clock, chance, files or catalog.

The list is pinned and not read from the database, so that a newer DuckDB does not widen it by itself.
"""

FUNCTIONS = frozenset(
    r"""
    != !__postfix !~~ !~~* % & && * ** + - ->> / // < <-> << <= <=> <@ = > >= >> @ @> ^ ^@ abs acos acosh
    add aggregate any_value arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null
    arg_min_nulls_last argmax argmin array_agg array_aggr array_aggregate array_append array_cat
    array_concat array_contains array_distinct array_extract array_filter array_grade_up array_has
    array_has_all array_has_any array_indexof array_intersect array_length array_position array_prepend
    array_resize array_reverse_sort array_select array_slice array_sort array_to_json array_to_string
    array_transform array_unique array_value array_where array_zip ascii asin asinh atan atan2 atanh avg
    base64 bin binom bit_and bit_count bit_length bit_or bit_position bit_xor bool_and bool_or cardinality
    cbrt ceil ceiling century char_length character_length chr concat concat_ws contains corr cos cosh cot
    count count_if count_star countif covar_pop covar_samp cume_dist damerau_levenshtein date_add date_diff
    date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek
    dayofyear days_in_month decade decimal_average decimal_division decode degrees dense_rank divide
    editdist3 element_at encode ends_with entropy epoch epoch_ms epoch_ns epoch_us era even exp factorial
    favg fdiv fill filter first first_value flatten floor fmod format from_base64 from_binary from_hex fsum
    gamma gcd generate_series geomean get_bit greatest greatest_common_divisor group_concat hamming hash hex
    hour if ifnull ilike_escape instr is distinct from is not distinct from isfinite isinf isnan isodow
    isoyear jaccard jaro_similarity jaro_winkler_similarity json_array json_array_length json_contains
    json_deep_merge json_exists json_extract json_extract_path json_extract_path_text json_extract_string
    json_insert json_keys json_merge_patch json_merge_patch_diff json_normalize json_object json_pretty
    json_quote json_remove json_replace json_set json_strip_nulls json_type json_valid json_value julian
    kahan_sum kurtosis kurtosis_pop lag last last_day last_value lcase lcm lead least least_common_multiple
    left left_grapheme len length length_grapheme levenshtein lgamma like_escape list list_aggr
    list_apply list_reduce list_aggregate list_any_value list_append list_avg list_bool_and list_bool_or list_cat list_concat
    list_contains list_count list_distinct list_element list_extract list_filter list_first list_grade_up
    list_has list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min
    list_mode list_pack list_position list_prepend list_resize list_reverse list_reverse_sort list_select
    list_slice list_sort list_sum list_transform list_unique list_value list_where list_zip listagg ln log
    log10 log2 lower lpad ltrim make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns
    make_timestamptz map_from_entries max max_by md5 md5_number mean median microsecond millennium
    millisecond min min_by minute mismatches mod mode month monthname multiply nanosecond nextafter
    nfc_normalize normalized_interval not_ilike_escape not_like_escape nth_value ntile nullif octet_length
    ord percent_rank pi position pow power prefix printf product quantile quantile_cont quantile_disc
    quarter radians range rank regexp_escape regexp_extract regexp_extract_all regexp_full_match
    regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right right_grapheme round
    round_even roundbankers row row_number rpad rtrim second sem set_bit sha1 sha256 sign signbit sin sinh
    skewness split split_part sqrt starts_with stddev stddev_pop stddev_samp str_split str_split_regex
    strftime string_agg string_split string_split_regex string_to_array strip_accents strlen strpos strptime
    struct_extract struct_pack substr substring substring_grapheme subtract suffix sum sum_no_overflow
    sumkahan tan tanh time_bucket timezone timezone_hour timezone_minute to_base to_base64 to_binary
    to_centuries to_days to_decades to_hex to_hours to_json to_microseconds to_millennia to_milliseconds
    to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years translate trim trunc
    try_strptime ucase unbin unhex unicode unnest upper var_pop var_samp variance wavg week weekday
    weekofyear weighted_avg xor year yearweek | || ~ ~~ ~~* ~~~
    """.split()
)
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
CLOCK_WORDS = frozenset(
    """current_date current_time current_timestamp localtime localtimestamp current_user session_user user
    current_schema current_catalog current_role current_database""".split()
)
