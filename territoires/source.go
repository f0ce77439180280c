package territoires

// Source is where a fact was read.
type Source struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url"`
}
