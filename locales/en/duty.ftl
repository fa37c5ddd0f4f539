# What is owed: the tasks on the desks, by their kind.

owed-give-right = Give “{ $about }” a right
owed-answer-question = Answer a question: { $about }
owed-answer-objection = Answer an objection: { $about }
owed-set-deadline = Set a new deadline: { $about }
owed-answer-call = Answer the invitation { $about }
owed-sign-pledge = Sign the pledge of recusal: { $about }
owed-review-bids = Review the bids: { $about }
owed-sign-report = Sign the panel's report: { $about }
owed-open-bids = See to the opening: { $about }
owed-publish-opening = Sign and publish the opening record: { $about }
owed-draw-coefficient = Draw K: { $about }
owed-draw-order = Draw the candidates: { $about }
owed-publish-result = Publish the result of the draw: { $about }
owed-decide-award = Decide the award once the publication has ended: { $about }
owed-sign-contract = Sign the contract: { $about }
owed-contribute = Contribute to the repeated draw: { $about }
owed-redraw-experts = Have more experts drawn: { $about }
owed-attend = Sign in to the award session: { $about }
owed-confirm-list = Confirm the list that the award is drawn from: { $about }
owed-finish-draft = Make ready and publish: { $about }
owed-sign-minutes = Sign the minutes of the draw: { $about }

desk-rule = Rule { $rule }
