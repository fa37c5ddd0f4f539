DROP TABLE upload_piece;
DROP TABLE upload;
DROP TABLE opened_bid;
DROP TABLE opened_part;
DROP TABLE sign_in;
DROP TABLE bid_part;
DROP TABLE bid;
