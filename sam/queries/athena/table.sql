-- One row a record; put in the place of the objects.
CREATE EXTERNAL TABLE tollgate (line string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001' LINES TERMINATED BY '\n'
STORED AS TEXTFILE
LOCATION 's3://amzn-s3-demo-bucket/tollgate/'
