DROP TABLE specialty;
DROP TABLE region;
