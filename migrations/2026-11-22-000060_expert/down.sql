DROP TABLE interest;
DROP TABLE household;
DROP TABLE expert_specialty;
DROP TABLE expert;
DROP TABLE expert_library;
