package workload

// Call is one request an agent makes. AnswerMark in the prompt stands for the
// reply to the agent's previous call.
type Call struct {
	Prompt     string `json:"prompt"`
	Seed       int    `json:"seed"`
	NumPredict int    `json:"num_predict"`
}

// AnswerMark is replaced by the reply to the previous call before a prompt is
// sent; it is never in a first prompt.
const AnswerMark = "{{answer}}"
