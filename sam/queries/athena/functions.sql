-- The slowest functions, and what was refused for them.
SELECT json_extract_scalar(line, '$.resources[0].uid') AS function_arn,
       count(*) AS invocations,
       count_if(json_extract_scalar(line, '$.unmapped.outcome') = 'refused') AS refused,
       approx_percentile(CAST(json_extract_scalar(line, '$.duration') AS bigint), 0.99) AS p99_ms
FROM tollgate
WHERE json_extract_scalar(line, '$.class_uid') = '6003'
GROUP BY 1 ORDER BY p99_ms DESC LIMIT 50
