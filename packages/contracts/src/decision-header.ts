/** Header of assessments whose decision is not `allow`; its value is the decision. */
export const decisionHeader = 'ww-decision'
