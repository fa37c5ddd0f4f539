# The list of experts: import, suspension, refusals.

refusal-expert-columns = The heading is wrong; it must be: { $columns }.
refusal-expert-columns-do = Use the columns of the template in their order and import again.
refusal-expert-cells = This line has the wrong number of cells; there must be { $n }.
refusal-expert-cells-do = Add or remove cells; put a cell that contains a comma in double quotes.
refusal-expert-twice = Expert number “{ $expert_no }” occurs twice; the first line counts.
refusal-expert-twice-do = Remove the line that repeats it.
refusal-expert-number = This is not an expert number.
refusal-expert-number-do = Use letters, digits and . _ - only, beginning with a letter or digit, 64 characters at most.
refusal-expert-specialty = There is no specialty.
refusal-expert-specialty-do = Give the codes of specialties, separated by semicolons.
refusal-expert-since = The date of the title is wrong.
refusal-expert-since-do = Write it as 2010-05 or 2010-05-01.
refusal-expert-standing = The status is wrong.
refusal-expert-standing-do = Write active, suspended or removed.
refusal-expert-unknown = There is no expert “{ $expert_no }” on the list.
refusal-expert-unknown-do = Import the list of experts first, or correct the number.
refusal-expert-suspension = The suspension would end in the past.
refusal-expert-suspension-do = Give a later time; leave it empty to end the suspension at once.
refusal-expert-library-key = This is not an Ed25519 public key, or another library has it.
refusal-expert-library-key-do = Give the 64 hexadecimal digits that the library published by a trusted way.
