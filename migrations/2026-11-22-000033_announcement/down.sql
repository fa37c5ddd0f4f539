DROP TABLE heartbeat;
DROP TABLE question;
DROP TABLE announcement;
