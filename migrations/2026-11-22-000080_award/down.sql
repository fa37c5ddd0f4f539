DROP TABLE minutes_signature;
DROP TABLE session_attendance;
DROP TABLE list_confirmation;
DROP TABLE exclusion;
DROP TABLE award;
DROP TABLE award_session;
