DROP TABLE basis;
DROP TABLE rule_version;
