-- What invocations cost by our clock, in dollars a day.
SELECT date_trunc('day', from_unixtime(CAST(json_extract_scalar(line, '$.time') AS bigint) / 1000)) AS day,
       sum(CAST(json_extract_scalar(line, '$.unmapped.cost.estimatedPicodollars') AS double)) / 1e12 AS dollars
FROM tollgate
WHERE json_extract_scalar(line, '$.class_uid') = '6003'
GROUP BY 1 ORDER BY 1
