DROP TABLE panel_seat;
DROP TABLE panel;
