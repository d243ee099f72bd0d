-- Decisions over time, by the hour.
SELECT date_trunc('hour', from_unixtime(CAST(json_extract_scalar(line, '$.time') AS bigint) / 1000)) AS hour,
       json_extract_scalar(line, '$.unmapped.decision') AS decision,
       count(DISTINCT json_extract_scalar(line, '$.metadata.uid')) AS invocations
FROM tollgate
WHERE json_extract_scalar(line, '$.class_uid') = '6003'
GROUP BY 1, 2 ORDER BY 1, 2
