# Reasons of refusals: refusal-<code> says what is wrong, refusal-<code>-do says what to do.

refusal-field-bad = “{ $field }” is not of the expected form: { $expected }.
refusal-field-bad-do = Correct it and submit again.
refusal-field-unknown = There is no field “{ $field }” here.
refusal-field-unknown-do = The fields are: { $expected }.
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

refusal-dates-too-early = { $moment ->
    [documents_end] The end of availability of the documents
    [closes_at] The deadline
    [standstill_ends] The end of the standstill
   *[other] { $moment }
 } is too early: the earliest is { $earliest } (rule { $rule }, { $basis }).
refusal-dates-too-early-do = Choose { $earliest } or later; this is a minimum period and cannot be shortened.
refusal-dates-too-late = { $moment ->
    [documents_objected] A question about the documents, or an objection to them,
    [addendum_issued] An addendum that leaves the deadline where it is
    [result_objected] An objection to the result
    [complaint_filed] A complaint
    [evaluation_begins] A review by the experts drawn then
   *[other] { $moment }
 } is out of time: the latest was { $latest } (rule { $rule }, { $basis }).
refusal-dates-too-late-do = It cannot be taken any more; if you think the period is miscounted, show this to the supervising department.
refusal-dates-whole-minute = The deadline must be a whole minute.
refusal-dates-whole-minute-do = Leave out seconds and milliseconds.
refusal-dates-in-the-past = The time of the notice lies before now ({ $now }).
refusal-dates-in-the-past-do = Choose a time from now on.

refusal-guard-must-tender = By funding or kind these works are in the scope of compulsory tendering (rule { $scope }), and { $amount } yuan reaches { $threshold } yuan: they must be tendered, and no draw may decide the winner (rule { $rule }, { $basis }).
refusal-guard-must-tender-do = Lawful ways: an open tender; an invited tender in the cases of law and with approval. A tender may draw parameters of its evaluation method (K, benchmark method, coefficient). No local basis changes this.
refusal-guard-procurement = Works bought with budget money that are government procurement cannot be awarded by random selection (rule { $rule }, { $basis }).
refusal-guard-procurement-do = Lawful ways: competitive negotiation, competitive consultation; in the cases of law, single source.
refusal-guard-minimum-price = No minimum price may be set ({ $minimum } yuan was given; rule { $rule }, { $basis }).
refusal-guard-minimum-price-do = Remove it. The lower end of the band follows from the published ceiling and range of K.
refusal-guard-basis-missing = No local basis is recorded, so works below the threshold cannot be awarded by random selection (rule { $rule }, { $basis }).
refusal-guard-basis-missing-do = Choose a local basis in force; without one, use another lawful way such as negotiation or comparison of quotes, or tender voluntarily.
refusal-guard-basis-not-in-force = The basis “{ $document }” is not in force now (from { $from } to { $until }; rule { $rule }, { $basis }).
refusal-guard-basis-not-in-force-do = Choose a basis in force, or another lawful way.
refusal-guard-basis-trade = The basis “{ $document }” is for another trade ({ $trade ->
    [construction] construction
    [procurement] government procurement
    [land] land
    [property] property rights
   *[other] { $trade }
 }; rule { $rule }, { $basis }).
refusal-guard-basis-trade-do = Choose a basis for this trade, or another lawful way.
refusal-guard-basis-region = The works lie in { $region }, outside the region { $scope } of the basis “{ $document }” (rule { $rule }, { $basis }).
refusal-guard-basis-region-do = Choose a basis of the place of the works, or another lawful way.
refusal-guard-basis-rejected = The basis “{ $document }” did not pass its fair-competition review (rule { $rule }, { $basis }).
refusal-guard-basis-rejected-do = It cannot be used; choose another lawful way.
refusal-guard-basis-cap = The ceiling of { $ceiling } yuan is at or above the cap of { $cap } yuan in the basis “{ $document }” (rule { $rule }, { $basis }).
refusal-guard-basis-cap-do = The ceiling must be below the cap; at or above it, tender or use another lawful way, and do not split the works.
refusal-guard-draw-before-review = In this region lots may not decide whose qualification is reviewed (rule { $rule }, { $basis }).
refusal-guard-draw-before-review-do = Review all bids before the draw.
refusal-guard-basis-recent = Note: the basis “{ $document }” was made after { $since }; prescribing winners by lot is probably unlawful (rule { $rule }, { $basis }).
refusal-guard-basis-recent-do = Ask the legal office for its opinion before the notice.
refusal-guard-basis-unreviewed = Note: no conclusion of a fair-competition review is recorded for the basis “{ $document }” (rule { $rule }, { $basis }).
refusal-guard-basis-unreviewed-do = Get the conclusion from the authority that made it, and record it.

refusal-band-ceiling = The ceiling of { $ceiling } yuan cannot be used.
refusal-band-ceiling-do = Enter an amount above zero and within the platform's limit.
refusal-band-sums = The provisional sums come to { $sums } yuan; they must not be negative and must be below the ceiling of { $ceiling } yuan.
refusal-band-sums-do = Check the ceiling and both provisional sums.
refusal-band-range = { $min } % to { $max } % is no usable range of K.
refusal-band-range-do = The lower end is at least 0; the upper end is above it and at most 100.
refusal-band-step = A step of { $step } leaves fewer than two values of K between { $min } % and { $max } %.
refusal-band-step-do = Choose a smaller step; the smallest is 0.01.
refusal-band-coefficient = “{ $given }” is none of the published values of K.
refusal-band-coefficient-do = Compare the draw with the published list of K.
