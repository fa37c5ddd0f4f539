DROP TABLE report_signature;
DROP TABLE review_sheet;
DROP TABLE review;
