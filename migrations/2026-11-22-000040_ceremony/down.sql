DROP TABLE contribution;
DROP TABLE canary;
DROP TABLE stage_ack;
DROP TABLE stage_key;
DROP TABLE keyset;
