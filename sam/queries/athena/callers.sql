-- Who called most, and how often they were refused.
SELECT json_extract_scalar(line, '$.actor.user.type') AS kind,
       coalesce(json_extract_scalar(line, '$.actor.user.uid'),
                json_extract_scalar(line, '$.src_endpoint.ip')) AS caller,
       count(*) AS invocations,
       count_if(json_extract_scalar(line, '$.unmapped.outcome') = 'refused') AS refused
FROM tollgate
WHERE json_extract_scalar(line, '$.class_uid') = '6003'
GROUP BY 1, 2 ORDER BY invocations DESC LIMIT 50
