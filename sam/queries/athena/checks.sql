-- How often each check fired, compact refusals included.
SELECT id, count(*) AS fired FROM (
  SELECT json_extract_scalar(fired, '$.id') AS id
  FROM tollgate CROSS JOIN UNNEST(CAST(json_extract(line, '$.unmapped.checks') AS array(json))) AS t(fired)
  WHERE json_extract_scalar(line, '$.class_uid') = '6003'
  UNION ALL
  SELECT json_extract_scalar(line, '$.refused') FROM tollgate
  WHERE json_extract_scalar(line, '$.refused') IS NOT NULL
) GROUP BY id ORDER BY fired DESC
