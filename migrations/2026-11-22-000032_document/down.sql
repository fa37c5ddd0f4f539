DROP TABLE document_fetch;
DROP TABLE document;
