DROP TABLE factor_use;
DROP TABLE invitation;
DROP TABLE session;
DROP TABLE role_grant;
DROP TABLE account;
DROP TABLE organisation;
