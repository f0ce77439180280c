package territoires

// Source is the publication that states a fact.
type Source struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url"`
}
