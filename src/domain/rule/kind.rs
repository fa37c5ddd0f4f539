//! The words of a rule row: closed sets, the same in TOML, database and code.

use crate::text_enum;

text_enum! {
    /// The part of a procedure that a row belongs to.
    pub enum Phase {
        /// 立项登记.
        Registration,
        /// 公告与文件.
        Notice,
        /// 递交.
        Submission,
        /// 开启.
        Opening,
        /// 专家抽取.
        Panel,
        /// 评审.
        Evaluation,
        /// 随机抽取.
        Draw,
        /// 公示.
        Standstill,
        /// 成交.
        Award,
        /// 合同.
        Contract,
        /// 投诉.
        Complaint,
    }
}

text_enum! {
    /// What happens in a procedure, as far as a period begins or ends with it.
    pub enum Moment {
        /// Notice published and documents available for the first time.
        DocumentsIssued,
        /// The documents cease to be available.
        DocumentsEnd,
        /// A clarification or change that bears on bids goes out.
        AddendumIssued,
        /// An objection to the documents is received.
        DocumentsObjected,
        /// That objection is answered.
        DocumentsAnswered,
        /// The deadline for bids.
        ClosesAt,
        /// The bids are opened.
        Opened,
        /// Experts are drawn.
        ExpertsDrawn,
        /// The panel begins.
        EvaluationBegins,
        /// The result is there: report received and, where there is one, the draw held.
        ResultReady,
        /// The result is published for objections.
        StandstillBegins,
        /// The publication may end.
        StandstillEnds,
        /// An objection to the result is received.
        ResultObjected,
        /// That objection is answered.
        ResultAnswered,
        /// The award notice goes out.
        AwardNotified,
        /// The contract is signed.
        ContractSigned,
        /// The procedure is broken off.
        Terminated,
        /// Everyone who took part is told so.
        TerminationTold,
        /// Somebody learns, or should have learnt, what he complains of.
        BreachKnown,
        /// A complaint is filed.
        ComplaintFiled,
        /// The complaint is taken up or turned down.
        ComplaintAccepted,
        /// The complaint is decided.
        ComplaintDecided,
    }
}

text_enum! {
    /// How the figure binds.
    pub enum Kind {
        /// Not less than n; for periods, not earlier.
        Min,
        /// Not more than n; for periods, not later.
        Max,
        /// From n on, something applies.
        Threshold,
        /// A statement of law without a figure.
        Fact,
    }
}

text_enum! {
    /// What the figure counts.
    pub enum Unit {
        /// 日.
        CalendarDay,
        /// 工作日.
        WorkingDay,
        /// 小时.
        Hour,
        /// 分钟.
        Minute,
        /// 年.
        Year,
        /// 元.
        Yuan,
        /// 百分之.
        Percent,
        /// 三分之.
        Third,
        /// 人.
        Person,
        /// 家.
        Bidder,
        /// 名.
        Candidate,
        /// No figure.
        None,
    }
}

text_enum! {
    /// How a minimum period of days ends (rules 0.3, 0.6 and section 10 item 9).
    pub enum Counting {
        /// On the n-th day, at any time of it.
        ByDate,
        /// After n full days, at the beginning of the next.
        FullDays,
        /// At the end of the n-th day or, when that is a day of rest, of the next working day.
        EndsOnWorkingDay,
    }
}

text_enum! {
    /// How well the row is known.
    pub enum Status {
        /// Checked against the text of the statute.
        L,
        /// Checked against another published page.
        P,
        /// Seen in the code of a real system: practice, not law.
        C,
        /// Believed right, to be confirmed by the local office.
        U,
    }
}
