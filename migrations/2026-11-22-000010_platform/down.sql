DROP TABLE platform;
