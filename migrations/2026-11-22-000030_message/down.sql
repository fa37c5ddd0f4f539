DROP TABLE message_delivery;
DROP TABLE message;
