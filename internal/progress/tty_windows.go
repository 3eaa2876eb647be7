package progress

import "os"

const (
	ttyName = "CONOUT$"
	ttyMode = os.O_RDWR // a console's size is asked for with a handle that can be read
)
