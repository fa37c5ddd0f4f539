# Reasons of refusals: refusal-<code> says what is wrong, refusal-<code>-do says what to do.

refusal-field-bad = “{ $field }” is not of the expected form: { $expected }.
refusal-field-bad-do = Correct it and submit again.
refusal-field-missing = “{ $field }” is missing.
refusal-field-missing-do = Fill it in and submit again.
refusal-act-not-yours = The duty table does not give “{ $act }” to the role “{ $role }”.
refusal-act-not-yours-do = Let a role named in the duty table do it; if your powers are wrong, ask your administrator.
refusal-act-not-now = Too early: this may be done after { $at }.
refusal-act-not-now-do = Come back after { $at }; this attempt has been recorded.
refusal-act-wrong-stage = The lot is at the stage “{ $stage }”; this belongs to the stage “{ $needed }”.
refusal-act-wrong-stage-do = Follow the order of the procedure; this attempt has been recorded.
refusal-act-password = The password entered again is wrong.
refusal-act-password-do = Enter your own login password again.
refusal-act-second-factor = The one-time code is missing or wrong.
refusal-act-second-factor-do = Enter the six digits your authenticator shows now.

refusal-money-form = “{ $given }” is not an amount in yuan.
refusal-money-form-do = Write digits only, at most two decimals, e.g. 1234567.89, without commas or unit.
refusal-money-negative = An amount cannot be negative.
refusal-money-negative-do = Enter zero or more.
refusal-money-fraction = “{ $given }” is finer than a fen.
refusal-money-fraction-do = Write at most two decimals (one fen).
refusal-money-limit = The amount is above the { $limit } yuan the platform takes.
refusal-money-limit-do = Check whether the unit is yuan or fen, and the number of zeros.

refusal-code-credit = “{ $given }” is not a valid unified social credit code.
refusal-code-credit-do = Copy the 18 characters from the business licence; I, O, S, V, Z never occur and the check characters must agree.
refusal-code-region = “{ $given }” is not a region code.
refusal-code-region-do = Enter six digits: province xx0000, city xxxx00, county in full.
refusal-code-resident = The resident identity number is not valid.
refusal-code-resident-do = Copy the 18 characters from the card; the date of birth must exist and the check character must agree.
refusal-code-deal = “{ $given }” is not a valid unified deal code.
refusal-code-deal-do = The form is industry-platform-date-six digit sequence-check character; please compare.

refusal-calendar-year-unpublished = The days of rest of { $year } are not published yet, so no period reaching into it can be computed (published up to { $last }).
refusal-calendar-year-unpublished-do = Choose earlier dates; once the notice is out the platform updates its calendar.

refusal-rule-missing = No row of rule { $rule } is in force on { $on }.
refusal-rule-missing-do = Ask the platform committee's office to record the version in force.
